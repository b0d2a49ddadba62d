//! What each fact is called and means, in Thai and English. `docs/events.md` is made from it.

use super::Schema;

/// One fact in the register.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The aggregate it belongs to.
    pub aggregate: &'static str,
    /// Its name and current version.
    pub schema: Schema,
    /// What it says, in Thai.
    pub th: &'static str,
    /// What it says, in English.
    pub en: &'static str,
}

const fn entry(aggregate: &'static str, name: &'static str, version: u16, th: &'static str, en: &'static str) -> Entry {
    Entry { aggregate, schema: Schema::new(name, version), th, en }
}

/// Every fact that this program can write.
pub const REGISTER: &[Entry] = &[
    entry(
        "household",
        "HouseholdIdentified",
        1,
        "พบครัวเรือนจากแหล่งข้อมูลอย่างน้อยหนึ่งแหล่ง",
        "A household was found by at least one source.",
    ),
    entry(
        "household",
        "ListStatusRecorded",
        1,
        "บันทึกว่าบัญชีของรัฐระบุครัวเรือนนี้ไว้อย่างไร",
        "What one state list of one date says of the household.",
    ),
    entry("household", "CaseNumberAssigned", 1, "ให้เลขที่กรณี", "The household got its case number."),
    entry("household", "CaseworkerAssigned", 1, "มอบหมายผู้ดูแล", "A caseworker looks after the household from now on."),
    entry("household", "NoteWritten", 1, "เขียนบันทึก", "Free words about the household."),
    entry("household", "MemberJoined", 1, "มีสมาชิกเพิ่ม", "A member came to be noted with the household."),
    entry("household", "MemberLeft", 1, "สมาชิกย้ายออก", "A member left the household."),
    entry("household", "VisitAttempted", 1, "ไปเยี่ยมแต่ไม่พบ", "Somebody came to the house in vain."),
    entry("household", "HomeVisited", 1, "เยี่ยมบ้าน", "The home was visited."),
    entry("household", "PanelHeld", 1, "ประชาคมหมู่บ้าน", "The village panel spoke about the household."),
    entry("household", "HouseholdVerified", 1, "สอบทานแล้วว่ายากจน", "Home visited, panel held: the household is poor."),
    entry("household", "FoundNotPoor", 1, "สำรวจแล้วพบว่าไม่จนจริง", "Surveyed and found not really poor."),
    entry("household", "HouseholdUnreachable", 1, "เก็บข้อมูลไม่ได้", "Nobody could be reached after enough attempts."),
    entry("household", "HouseholdRefused", 1, "ครัวเรือนไม่ประสงค์เข้าร่วม", "The household does not want this."),
    entry("household", "HouseholdMovedAway", 1, "ครัวเรือนย้ายออกจากพื้นที่", "The household lives in the area no longer."),
    entry(
        "household",
        "IdentificationWithdrawn",
        1,
        "ถอนการค้นพบ เพราะบันทึกผิด",
        "The household was entered in error, and nobody had worked on it.",
    ),
    entry(
        "household",
        "ContactResumed",
        1,
        "ติดต่อครัวเรือนได้อีกครั้ง",
        "A household that refused or could not be reached is in touch again.",
    ),
    entry("household", "CaseReopened", 1, "เปิดกรณีใหม่", "A closed case opens again: the next episode."),
    entry("household", "HouseholdAssessed", 1, "วิเคราะห์ทุน 5 ด้าน", "The five capitals were assessed."),
    entry("household", "IncomeRecorded", 1, "บันทึกรายได้", "Income was noted between assessments."),
    entry("household", "NeedRecorded", 1, "บันทึกความต้องการ", "The household lacks something."),
    entry("household", "NeedClosed", 1, "ปิดความต้องการ", "A need is open no longer."),
    entry("household", "ConsentGiven", 1, "ครัวเรือนให้ความยินยอม", "The household says yes to one use of its data."),
    entry(
        "household",
        "ConsentWithdrawn",
        1,
        "ครัวเรือนถอนความยินยอม",
        "The household takes its yes back; what rests on it ends.",
    ),
    entry("household", "ReferralMade", 1, "ส่งต่อไปยังหน่วยงาน", "The household was referred to an agency's service."),
    entry(
        "household",
        "DisclosureMade",
        1,
        "เปิดเผยข้อมูลแก่หน่วยงาน",
        "Fields of the household are open to an agency from now on.",
    ),
    entry(
        "household",
        "DisclosureEnded",
        1,
        "สิ้นสุดการเปิดเผยข้อมูล",
        "The agency sees nothing more of the household through this referral.",
    ),
    entry("household", "ReferralAccepted", 1, "หน่วยงานรับเรื่อง", "The agency takes the referral on."),
    entry(
        "household",
        "AcceptanceTakenBack",
        1,
        "หน่วยงานถอนการรับเรื่อง",
        "The agency takes its acceptance back and must answer once more.",
    ),
    entry("household", "ReferralDeclined", 1, "หน่วยงานปฏิเสธ", "The agency says no, with a reason."),
    entry("household", "ReferralReturned", 1, "หน่วยงานส่งกลับ", "The agency sends it back for what is missing."),
    entry(
        "household",
        "ReferralResubmitted",
        1,
        "ส่งต่ออีกครั้งหลังแก้ไข",
        "What was missing is there: the agency must answer once more.",
    ),
    entry(
        "household",
        "ReferralRerouted",
        1,
        "เปลี่ยนหน่วยงานรับส่งต่อ",
        "The referral goes to another agency or service; its clock starts anew.",
    ),
    entry("household", "ReferralEscalated", 1, "ยกระดับการส่งต่อ", "Somebody higher up is asked to look at a referral."),
    entry("household", "ReminderSent", 1, "ทวงถามหน่วยงาน", "The agency was reminded of a referral that waits with it."),
    entry("household", "DeadlineExtended", 1, "ขยายกำหนดเวลา", "The clock that runs ends later than it would have."),
    entry("household", "ReferralCompleted", 1, "หน่วยงานดำเนินการเสร็จ", "The agency is done, with an outcome."),
    entry("household", "ReferralWithdrawn", 1, "ถอนการส่งต่อ", "The referral was taken back."),
    entry("household", "ResponseOverdue", 1, "เลยกำหนดตอบ", "The agency did not answer in time."),
    entry("household", "DeliveryOverdue", 1, "เลยกำหนดส่งมอบ", "The agency did not deliver in time."),
    entry("household", "AssistanceDelivered", 2, "ได้รับความช่วยเหลือ", "Help reached the household."),
    entry(
        "household",
        "AssistanceConfirmed",
        1,
        "ครัวเรือนยืนยันความช่วยเหลือ",
        "The household says whether the help arrived.",
    ),
    entry(
        "household",
        "AssistanceReversed",
        1,
        "ยกเลิกความช่วยเหลือที่บันทึก",
        "Help counts no longer: it did not arrive, was given twice, or went to another.",
    ),
    entry("household", "ModelEnrolled", 1, "เข้าร่วมโมเดลแก้จน", "The household takes part in an operating model."),
    entry("household", "ModelLeft", 1, "ออกจากโมเดลแก้จน", "The household takes part no longer."),
    entry(
        "household",
        "GraduationProposed",
        1,
        "เสนอว่าหลุดพ้นความยากจน",
        "Somebody proposes that the household left poverty.",
    ),
    entry("household", "GraduationDeclined", 1, "ไม่เห็นชอบการหลุดพ้น", "A supervisor turned the proposal down."),
    entry("household", "HouseholdGraduated", 1, "หลุดพ้นความยากจน", "A supervisor approved: the household left poverty."),
    entry(
        "household",
        "SustainedSupportEntered",
        1,
        "เข้าสู่การดูแลต่อเนื่อง",
        "A supervisor approved: the household cannot work and is supported as long as needed.",
    ),
    entry(
        "household",
        "ProposalWithdrawn",
        1,
        "ข้อเสนอตกไปเพราะปิดกรณี",
        "A proposal waits no longer: the case closed before anybody decided.",
    ),
    entry(
        "household",
        "FactRetracted",
        1,
        "ถอนข้อเท็จจริงที่บันทึกไว้",
        "One earlier fact is taken back; the history shows both.",
    ),
    entry("agency", "AgencyRegistered", 1, "ขึ้นทะเบียนหน่วยงาน", "An agency that answers referrals."),
    entry("agency", "ServiceOffered", 1, "เปิดบริการ", "The agency offers a service."),
    entry("agency", "CapacitySet", 1, "กำหนดจำนวนที่รับได้", "How many households a service takes at one time."),
    entry("agency", "CapacityTaken", 1, "ใช้ที่ว่างหนึ่งที่", "An accepted referral takes a place."),
    entry("agency", "CapacityFreed", 1, "คืนที่ว่างหนึ่งที่", "An ended referral gives its place back."),
    entry("model", "ModelOpened", 1, "เปิดโมเดลแก้จน", "An operating model takes households from now on."),
    entry("model", "PlacesSet", 1, "กำหนดจำนวนครัวเรือนที่รับ", "How many households the model takes."),
    entry("model", "PlaceTaken", 1, "ใช้ที่หนึ่งที่ในโมเดล", "A household took a place."),
    entry("model", "PlaceFreed", 1, "คืนที่หนึ่งที่ในโมเดล", "A household gave its place back."),
    entry("staff", "StaffJoined", 1, "มีเจ้าหน้าที่ใหม่", "Somebody joined the staff."),
    entry("staff", "RoleGranted", 1, "ให้บทบาท", "A role was granted, with the areas where it holds."),
    entry(
        "policy",
        "PolicyPublished",
        1,
        "ประกาศเกณฑ์",
        "A version of a policy was published, with the day it takes effect.",
    ),
    entry("numbering", "NumbersReserved", 1, "จองช่วงเลขที่กรณี", "A block of case numbers belongs to one node."),
];

/// The entry of a stored name.
pub fn find(name: &str) -> Option<&'static Entry> {
    REGISTER.iter().find(|entry| entry.schema.name == name)
}
