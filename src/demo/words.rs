//! What people of the demo say in words: remarks, needs, reasons.

use events::id::PersonId;

use super::chance::Chance;
use crate::rules::household::record::words::Said;

const VISITS: [&str; 7] = [
    "บ้านไม้ชั้นเดียว หลังคารั่ว พื้นบางส่วนผุ",
    "เลี้ยงหลานสองคน พ่อแม่ไปทำงานต่างจังหวัด",
    "ทำนาเช่าห้าไร่ น้ำไม่พอหน้าแล้ง",
    "มีผู้ป่วยติดเตียง ต้องมีคนดูแลตลอดวัน",
    "รับจ้างตัดอ้อยเป็นฤดู รายได้ไม่แน่นอน",
    "บ้านสะอาด มีแปลงผักหลังบ้าน อยากขายเพิ่ม",
    "เป็นหนี้กองทุนหมู่บ้านและ ธ.ก.ส.",
];

const PANELS: [&str; 4] =
    ["ที่ประชุมเห็นตรงกัน", "ผู้ใหญ่บ้านยืนยันว่าลำบากจริง", "มีผู้ท้วงว่ามีที่ดินหลายแปลง ที่ประชุมพิจารณาแล้ว", "เพื่อนบ้านช่วยเล่าเรื่องหนี้สิน"];

const NOTES: [&str; 6] = [
    "โทรนัดแล้ว สะดวกช่วงเย็นหลังเลิกงาน",
    "ลูกชายกลับจากกรุงเทพฯ เดือนหน้า อาจย้ายมาอยู่ด้วย",
    "ขอเอกสารสิทธิ์ที่ดินเพิ่ม จะนำมาให้รอบหน้า",
    "อสม. แจ้งว่าอาการดีขึ้น เดินได้เองแล้ว",
    "ขายเห็ดรอบแรกได้ ดีใจมาก",
    "ฝนตกถนนขาด ต้องเลื่อนการเยี่ยม",
];

const DECLINES: [&str; 3] = ["อยู่นอกเกณฑ์ของปีงบประมาณนี้", "มีหน่วยงานอื่นรับไปแล้ว", "ต้องผ่านที่ประชุมก่อน"];

const RETURNS: [&str; 3] = ["ขอสำเนาทะเบียนบ้าน", "ติดต่อตามเบอร์ที่ให้ไม่ได้", "ขอรูปถ่ายสภาพบ้าน"];

/// What the visitors write.
pub(super) fn visit(chance: &mut Chance) -> Option<Said> {
    chance.percent(35).then(|| said(chance.pick(&VISITS), Vec::new()))
}

/// What the village says.
pub(super) fn panel(chance: &mut Chance) -> Option<Said> {
    chance.percent(25).then(|| said(chance.pick(&PANELS), Vec::new()))
}

/// A note, sometimes about somebody.
pub(super) fn note(about: Option<PersonId>, chance: &mut Chance) -> Said {
    let about = about.filter(|_| chance.percent(40));
    said(chance.pick(&NOTES), about.into_iter().collect())
}

/// Why an agency says no.
pub(super) fn decline(chance: &mut Chance) -> Said {
    said(chance.pick(&DECLINES), Vec::new())
}

/// What an agency asks for.
pub(super) fn give_back(chance: &mut Chance) -> Said {
    said(chance.pick(&RETURNS), Vec::new())
}

/// Words about nobody or somebody.
pub(super) fn said(text: &str, about: Vec<PersonId>) -> Said {
    Said { text: text.to_owned(), about }
}
