//! Names that sound like the north-east and belong to nobody: given names by sex, family names from two halves.

use events::facts::people::Sex;

use super::chance::Chance;

const WOMEN: [&str; 64] = [
    "สมศรี",
    "บุญมี",
    "ทองใบ",
    "คำปุ่น",
    "สมหมาย",
    "หนูเพียร",
    "บัวลา",
    "จันทร์เพ็ญ",
    "ละเอียด",
    "สุดใจ",
    "ประนอม",
    "วันเพ็ญ",
    "รัตนา",
    "สุภาพร",
    "พิกุล",
    "มะลิ",
    "ดวงใจ",
    "อรทัย",
    "ศิริพร",
    "กาญจนา",
    "นงลักษณ์",
    "ลำดวน",
    "เพ็ญศรี",
    "สำรวย",
    "ทองคำ",
    "หนูแดง",
    "อุไร",
    "บุญเรือง",
    "วารุณี",
    "สายฝน",
    "นิตยา",
    "จิราภรณ์",
    "กัลยา",
    "สุนิสา",
    "ปวีณา",
    "ธิดารัตน์",
    "พัชรี",
    "เกษร",
    "ชลธิชา",
    "อารียา",
    "ณัฐธิดา",
    "กนกวรรณ",
    "ปาริชาติ",
    "สุจิตรา",
    "เบญจมาศ",
    "รุ่งนภา",
    "มณีวรรณ",
    "คำพา",
    "แก่นจันทร์",
    "สีดา",
    "บานเย็น",
    "ผกา",
    "ทองม้วน",
    "อำนวยพร",
    "หอมหวน",
    "จำปา",
    "แสงเดือน",
    "วิไลลักษณ์",
    "สุพรรณี",
    "ปัทมา",
    "ศศิธร",
    "พิมพ์ชนก",
    "ขวัญฤทัย",
    "ดารุณี",
];

const MEN: [&str; 64] = [
    "สมชาย",
    "บุญเลิศ",
    "ทองสุข",
    "คำสิงห์",
    "สมพร",
    "ประสิทธิ์",
    "บัวเรียน",
    "จันทา",
    "วิชัย",
    "สุรศักดิ์",
    "ประยูร",
    "อุดม",
    "สังคม",
    "ไพบูลย์",
    "ธงชัย",
    "สมบัติ",
    "ณรงค์",
    "อนันต์",
    "ศักดิ์ดา",
    "มานพ",
    "ถนอม",
    "คำพอง",
    "ทองพูน",
    "บุญธรรม",
    "สวาท",
    "เหลี่ยม",
    "พรมมา",
    "สีลา",
    "หนูกัน",
    "ลำพูน",
    "วิรัตน์",
    "สุพจน์",
    "เอกชัย",
    "นพดล",
    "ธีรพงษ์",
    "วุฒิชัย",
    "อภิชาติ",
    "เจษฎา",
    "ณัฐพล",
    "กิตติพงษ์",
    "พีรพัฒน์",
    "ศุภกร",
    "ชัยวัฒน์",
    "ธนากร",
    "ปรีชา",
    "สำราญ",
    "บุญส่ง",
    "แสวง",
    "ทองแดง",
    "คำมูล",
    "ผาย",
    "สมร",
    "ประดิษฐ์",
    "อำพร",
    "ไสว",
    "เคน",
    "หวัน",
    "ดาวเรือง",
    "วีระ",
    "สมคิด",
    "จำเนียร",
    "ชาตรี",
    "พิชิต",
    "ภานุวัฒน์",
];

/// The first halves of family names.
const FIRST: [&str; 24] = [
    "ภู",
    "นา",
    "แก้ว",
    "ศรี",
    "คำ",
    "บุญ",
    "ทอง",
    "โพธิ์",
    "จันทร์",
    "ดวง",
    "วงศ์",
    "สิน",
    "ไชย",
    "พล",
    "สาร",
    "เหล่า",
    "อุ่น",
    "โคตร",
    "พิมพ์",
    "หาญ",
    "ฤทธิ์",
    "มูล",
    "เพีย",
    "กุล",
];

/// The second halves.
const SECOND: [&str; 24] = [
    "สมบูรณ์",
    "ทะเล",
    "ไพรสณฑ์",
    "ใสสว่าง",
    "อาสา",
    "โนนม่วง",
    "ภูสี",
    "นาคำ",
    "แสนสุข",
    "ศิลา",
    "ดอนแก้ว",
    "หลวงดี",
    "พันธุ์ดี",
    "ขันทอง",
    "ชื่นตา",
    "เรืองไร่",
    "ถิ่นคำ",
    "สุดโต",
    "มาตย์ดง",
    "ราชนา",
    "แดนดอน",
    "บัวขาว",
    "ทุ่งกว้าง",
    "ลือไกล",
];

/// Dhamma names of monks.
const MONKS: [&str; 8] = ["สุธมฺโม", "ปญฺญาวโร", "ฐิตธมฺโม", "อินฺทวีโร", "กนฺตสีโล", "จนฺทสาโร", "ธมฺมทีโป", "สุจิตฺโต"];

/// A given name.
pub(super) fn given_name(sex: Sex, chance: &mut Chance) -> String {
    match sex {
        Sex::Male => chance.pick(&MEN).to_owned(),
        Sex::Female | Sex::Unknown => chance.pick(&WOMEN).to_owned(),
    }
}

/// A family name.
pub(super) fn family_name(chance: &mut Chance) -> String {
    format!("{}{}", chance.pick(&FIRST), chance.pick(&SECOND))
}

/// The one name of a monk.
pub(super) fn monk_name(chance: &mut Chance) -> String {
    chance.pick(&MONKS).to_owned()
}

/// How somebody is addressed, sometimes abbreviated as people write it.
pub(super) fn prefix(sex: Sex, age: i32, married: bool, chance: &mut Chance) -> &'static str {
    let short = chance.percent(30);
    match (sex, age < 15, married) {
        (Sex::Male, true, _) => {
            if short {
                "ด.ช."
            } else {
                "เด็กชาย"
            }
        }
        (Sex::Female | Sex::Unknown, true, _) => {
            if short {
                "ด.ญ."
            } else {
                "เด็กหญิง"
            }
        }
        (Sex::Male, false, _) => "นาย",
        (Sex::Female | Sex::Unknown, false, true) => "นาง",
        (Sex::Female | Sex::Unknown, false, false) => {
            if short {
                "น.ส."
            } else {
                "นางสาว"
            }
        }
    }
}
