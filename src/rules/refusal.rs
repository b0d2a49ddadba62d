//! Why a rule said no, and what would satisfy it, in Thai and English.

use chrono::NaiveDate;
use events::facts::case::{Stage, Standing};
use events::facts::household::Criterion;
use events::facts::policy::PolicyKind;
use events::facts::register;

use super::field::FieldError;
use super::labels::{self, Label};

mod code;
mod course;
mod thing;

pub use self::course::Course;
pub use self::thing::Thing;

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Thai.
    pub th: String,
    /// English.
    pub en: String,
}

/// A later fact that stands in the way of a retraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resting {
    /// Its sequence.
    pub sequence: u64,
    /// Its name.
    pub event_type: String,
}

/// Why nothing was recorded. One variant per rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Fields that are out of bounds or don't fit together.
    Fields(Vec<FieldError>),
    /// The id belongs to something else already.
    IdTaken,
    /// There is nothing of that id.
    Unknown(Thing),
    /// The case is closed.
    Closed(Standing),
    /// The household has not come far enough.
    TooEarly { stage: Stage, needed: Stage },
    /// The household has come too far.
    TooLate { stage: Stage },
    /// No visit to rest on.
    NotVisited,
    /// No panel to rest on.
    NoPanel,
    /// Visit and panel don't say what the judgement says.
    HeardOtherwise,
    /// Not enough attempts in vain on different days.
    TooFewAttempts { found: usize, needed: usize },
    /// A member is noted as head already.
    SecondHead,
    /// The person is no member now.
    NotAMember,
    /// The person died as a member.
    HasDied,
    /// What was known of the person was erased.
    PersonErased,
    /// Somebody lives in the household.
    SomebodyLivesThere { living: usize },
    /// No address is noted that could be corrected.
    NoAddress,
    /// They were looked at and found to be two people.
    FoundToBeTwo,
    /// The same file is attached already.
    AlreadyAttached,
    /// Nobody lives in the household, so nothing can be divided by residents.
    NobodyLivesThere,
    /// The need is closed.
    NeedClosed,
    /// The need waits for an answer to a referral.
    NeedIsReferred,
    /// The agency does not offer the service.
    ServiceNotOffered,
    /// The service takes no new referrals for now.
    ServicePaused,
    /// The area is not the agency's or the model's.
    NotInArea,
    /// The partner needs the household's consent.
    ConsentNeeded,
    /// No consent covers the partner.
    NoConsent,
    /// The same consent is in force.
    AlreadyConsented,
    /// The consent was taken back.
    ConsentWithdrawn,
    /// The same need is with the same service already.
    AlreadyReferred,
    /// It was escalated so far before.
    AlreadyEscalated,
    /// The agency was reminded that day.
    AlreadyReminded(NaiveDate),
    /// The referral is not where this can be done.
    ReferralIs { state: &'static str, needed: &'static str },
    /// The service has no place left.
    NoCapacity { places: u32 },
    /// The last day has not passed.
    NotYetOverdue { respond_by: NaiveDate },
    /// The last day for delivery has not passed.
    DeliveryNotYetOverdue { deliver_by: NaiveDate },
    /// The household has said so already.
    AlreadyConfirmed,
    /// The delivery counts no longer.
    HelpReversed,
    /// No such date runs.
    NothingDue,
    /// The household has not left.
    NotLeft(Standing),
    /// The check of that month was made.
    CheckedAlready { month: u16 },
    /// It was answered.
    AnsweredAlready,
    /// It was not granted as a restriction, or it was lifted.
    RestrictsNothing,
    /// The one who is complained about may not answer.
    ComplaintAboutYou,
    /// The model is not where this can be done.
    ModelIs { state: &'static str, needed: &'static str },
    /// Households still hold places in the model.
    HouseholdsTakePart { taken: u32 },
    /// A cycle of the model runs.
    CycleRuns,
    /// No cycle of the model runs.
    NoCycleRuns,
    /// There is nothing to look back on.
    NoCycleEnded,
    /// No review found that the model should take more.
    NotFoundWorthScaling,
    /// The household has no share in the payment.
    NoShare,
    /// The household's result of this cycle is recorded.
    AlreadyRecorded,
    /// The model takes nobody.
    NoPlaceLeft { places: u32 },
    /// The household does not meet the model's conditions.
    NotEligible(&'static str),
    /// Already enrolled.
    AlreadyEnrolled,
    /// Not enrolled.
    NotEnrolled,
    /// A proposal waits for a decision.
    AlreadyProposed,
    /// No proposal waits.
    NotProposed,
    /// The policy's criteria are not met.
    CriteriaNotMet(Vec<(Criterion, String, String)>),
    /// It takes two people.
    SamePerson,
    /// The staff member has no such role there.
    NotACaseworkerThere,
    /// The staff member has left.
    HasLeft,
    /// The staff member has no such role.
    RoleNotHeld,
    /// Administrators don't take their own role away, so that one is left.
    OwnAdministration,
    /// Whoever takes an administration away must have one without an end.
    AdministrationEnds,
    /// This kind of fact can't be taken back.
    NotRetractable(String),
    /// Taken back already.
    AlreadyRetracted,
    /// Later facts rest on it.
    RestedOn(Vec<Resting>),
    /// No such policy is in force.
    NoPolicy(PolicyKind),
    /// The instrument is not known.
    UnknownInstrument(String),
    /// The course of the case.
    Course(Course),
    /// A version must take effect later.
    EffectiveTooEarly { earliest: NaiveDate },
    /// Without this version none would hold.
    OnlyVersion,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// What the rule says and what would satisfy it.
    pub fn text(&self) -> Text {
        let say = |th: &str, en: &str| Text { th: th.to_owned(), en: en.to_owned() };
        match self {
            Self::Fields(errors) => Text {
                th: format!("มี {} ช่องที่ต้องแก้ไข", errors.len()),
                en: format!("{} field(s) need mending: see errors", errors.len()),
            },
            Self::IdTaken => say("รหัสนี้มีอยู่แล้ว ใช้รหัสใหม่", "this id exists already: use a new one"),
            Self::Unknown(thing) => {
                let (th, en) = thing.words();
                Text {
                    th: format!("ไม่พบ{th}ที่อ้างถึง ตรวจรหัสอีกครั้ง"),
                    en: format!("the {en} named does not exist: check its id"),
                }
            }
            Self::Closed(standing) => {
                let Label { th, en } = labels::standing(*standing);
                Text {
                    th: format!("งานของครัวเรือนนี้จบแล้ว ({th}) ต้องเปิดใหม่ก่อน"),
                    en: format!("the case is closed ({en}): it must be reopened first"),
                }
            }
            Self::TooEarly { stage, needed } => {
                let (stage, needed) = (labels::stage(*stage), labels::stage(*needed));
                Text {
                    th: format!("ครัวเรือนอยู่ขั้น “{}” ต้องถึงขั้น “{}” ก่อน", stage.th, needed.th),
                    en: format!("the household is {} so far: it must have been {} first", stage.en, needed.en),
                }
            }
            Self::TooLate { stage } => {
                let Label { th, en } = labels::stage(*stage);
                Text {
                    th: format!("ครัวเรือนอยู่ขั้น “{th}” แล้ว ทำขั้นก่อนหน้าไม่ได้ ให้ทำขั้นถัดไป"),
                    en: format!(
                        "the household is {en} already and this belongs to an earlier stage: go on from where it is"
                    ),
                }
            }
            Self::NotVisited => say("ต้องเยี่ยมบ้านก่อน", "the home must be visited first"),
            Self::NoPanel => say("ต้องมีประชาคมหมู่บ้านก่อน", "the village panel must be held first"),
            Self::HeardOtherwise => say(
                "ผลประชาคมล่าสุดไม่ตรงกับข้อสรุปนี้ ต้องมีประชาคมใหม่",
                "the latest panel found otherwise: a new panel must be held",
            ),
            Self::TooFewAttempts { found, needed } => Text {
                th: format!("ไปไม่พบ {found} วัน ต้องครบ {needed} วันที่ต่างกัน"),
                en: format!("{found} day(s) of attempts in vain: {needed} different days are needed"),
            },
            Self::SecondHead => {
                say("มีหัวหน้าครัวเรือนแล้ว ให้ระบุความสัมพันธ์อื่น", "the household has a head already: give another relation")
            }
            Self::NotAMember => say(
                "บุคคลนี้ไม่ใช่สมาชิกในขณะนี้ ตรวจรหัส หรือบันทึกเป็นสมาชิกก่อน",
                "this person is not a member now: check the id, or add them as a member first",
            ),
            Self::HasDied => say(
                "บุคคลนี้เสียชีวิตแล้ว หากบันทึกผิดให้ถอนการเสียชีวิตก่อน",
                "the person has died: if that is a mistake, take the death back first",
            ),
            Self::PersonErased => say(
                "ข้อมูลของบุคคลนี้ถูกลบตามคำขอแล้ว บันทึกเป็นสมาชิกใหม่",
                "what was known of the person was erased: note them as a new member",
            ),
            Self::SomebodyLivesThere { living } => Text {
                th: format!("ยังมีผู้อาศัยอยู่ {living} คน บันทึกการย้ายออกหรือเสียชีวิตก่อน"),
                en: format!("{living} member(s) live there: record who left or died first"),
            },
            Self::NoAddress => say("ยังไม่มีที่อยู่ให้แก้ บันทึกที่อยู่ก่อน", "no address is noted: record it first"),
            Self::FoundToBeTwo => say(
                "ตรวจแล้วว่าเป็นคนละคน หากผิดให้ถอนผลตรวจก่อน",
                "somebody found them to be two people: if that is a mistake, take it back first",
            ),
            Self::AlreadyAttached => say(
                "แนบไฟล์นี้แล้ว หากบันทึกผิดให้ถอนของเดิมก่อน",
                "this file is attached already: take the earlier one back to change what it says",
            ),
            Self::NobodyLivesThere => {
                say("ยังไม่มีผู้อาศัยในครัวเรือน ต้องบันทึกสมาชิกก่อน", "nobody is noted as living there: add members first")
            }
            Self::NeedClosed => say("ความต้องการนี้ปิดแล้ว ให้บันทึกความต้องการใหม่", "the need is closed: record a new one"),
            Self::NeedIsReferred => say(
                "ความต้องการนี้ยังมีการส่งต่อที่เปิดอยู่ ต้องจบหรือถอนก่อน",
                "a referral of this need is open: it must be completed or withdrawn first",
            ),
            Self::ServiceNotOffered => say(
                "หน่วยงานนี้ไม่มีบริการดังกล่าว เลือกบริการหรือหน่วยงานอื่น",
                "the agency does not offer this service: choose another service or agency",
            ),
            Self::ServicePaused => say(
                "บริการนี้พักอยู่ ไม่รับการส่งต่อใหม่ รอจนเปิดรับ หรือเลือกหน่วยงานอื่น",
                "the service takes no new referrals for now: wait until it goes on, or ask another agency",
            ),
            Self::NotInArea => say(
                "ครัวเรือนอยู่นอกพื้นที่ให้บริการ เลือกหน่วยงานหรือโมเดลที่รับพื้นที่นี้",
                "the household lies outside the area served: choose one that serves it",
            ),
            Self::ConsentNeeded => say(
                "ภาคีที่ไม่ใช่รัฐต้องได้รับความยินยอมจากครัวเรือน ให้ใช้ความยินยอมเป็นฐาน",
                "a partner outside the state needs the household's consent: give consent as the basis",
            ),
            Self::NoConsent => say(
                "ครัวเรือนยังไม่ยินยอมให้เปิดเผยข้อมูลแก่ภาคีนี้ ต้องบันทึกความยินยอมก่อน",
                "no consent of the household to disclosure covers this partner: record one with give-consent first",
            ),
            Self::AlreadyConsented => {
                say("มีความยินยอมเช่นเดียวกันอยู่แล้ว ใช้ฉบับนั้นได้เลย", "the same consent is in force already: use that one")
            }
            Self::ConsentWithdrawn => {
                say("ความยินยอมนี้ถูกถอนแล้ว ต้องขอใหม่", "this consent was taken back: ask the household anew")
            }
            Self::AlreadyEscalated => say(
                "ยกระดับถึงขั้นนี้แล้ว ให้รอ หรือส่งไปหน่วยงานอื่น",
                "it was escalated so far already: wait, or send it to another agency",
            ),
            Self::AlreadyReminded(on) => Text {
                th: format!("ทวงถามวันที่ {on} แล้ว ให้ทวงอีกในวันอื่น"),
                en: format!("the agency was reminded on {on} already: remind it again on another day"),
            },
            Self::AlreadyReferred => say(
                "ความต้องการนี้ส่งไปบริการเดียวกันอยู่แล้ว ให้รอคำตอบ",
                "this need is with this service already: wait for its answer",
            ),
            Self::ReferralIs { state, needed } => {
                let (state, needed) = (labels::referral(state), labels::referral(needed));
                Text {
                    th: format!("การส่งต่ออยู่สถานะ “{}” ต้องเป็น “{}”", state.th, needed.th),
                    en: format!("the referral {}: this needs one that {}", state.en, needed.en),
                }
            }
            Self::NoCapacity { places } => Text {
                th: format!("บริการเต็ม ({places} ที่) ต้องมีที่ว่างหรือเพิ่มจำนวนก่อน"),
                en: format!("all {places} places of the service are taken: free one or raise the capacity"),
            },
            Self::NotYetOverdue { respond_by } => Text {
                th: format!("ยังอยู่ในกำหนดจนสิ้นวันที่ {respond_by} บันทึกว่าเลยกำหนดได้หลังวันนั้น"),
                en: format!("it is in time until the end of {respond_by}: only after that day is it missed"),
            },
            Self::DeliveryNotYetOverdue { deliver_by } => Text {
                th: format!("การส่งมอบยังอยู่ในกำหนดจนสิ้นวันที่ {deliver_by} บันทึกว่าเลยกำหนดได้หลังวันนั้น"),
                en: format!("delivery is in time until the end of {deliver_by}: only after that day is it missed"),
            },
            Self::AlreadyConfirmed => say(
                "ครัวเรือนยืนยันเช่นนี้แล้ว บันทึกใหม่ได้เมื่อครัวเรือนว่าอย่างอื่น",
                "the household has said so already: confirm anew only when it says something else",
            ),
            Self::HelpReversed => {
                say("ความช่วยเหลือนี้ถูกยกเลิกแล้ว ให้บันทึกใหม่", "this delivery was reversed: record what did arrive anew")
            }
            Self::NothingDue => {
                say("ไม่มีกำหนดเช่นนี้อยู่ ดูกำหนดถัดไปของครัวเรือน", "no such date runs: look at what is due next")
            }
            Self::NotLeft(standing) => {
                let Label { th, en } = labels::standing(*standing);
                Text {
                    th: format!("ครัวเรือนยังไม่หลุดพ้น ({th}) ตรวจสอบหลังหลุดพ้นไม่ได้"),
                    en: format!("the case is {en}: only a household that graduated or is sustained is checked"),
                }
            }
            Self::CheckedAlready { month } => Text {
                th: format!("ตรวจสอบของเดือนที่ {month} ไปแล้ว ครั้งต่อไปตามกำหนด"),
                en: format!("the check of month {month} was made: wait for the next one, or find a relapse"),
            },
            Self::RestrictsNothing => say("ต้องเป็นคำขอที่ยังระงับอยู่", "only what restricts can be lifted"),
            Self::AnsweredAlready => say("ตอบไปแล้ว หากมีเรื่องอีกให้รับเป็นเรื่องใหม่", "it was answered: receive a new one"),
            Self::ComplaintAboutYou => {
                say("ผู้ถูกร้องเรียนตอบหรือถอนเองไม่ได้ ต้องเป็นผู้อื่น", "the complaint is about you: somebody else must see to it")
            }
            Self::ModelIs { state, needed } => {
                let (state, needed) = (labels::model(state), labels::model(needed));
                Text {
                    th: format!("โมเดลอยู่สถานะ “{}” ต้องเป็น “{}”", state.th, needed.th),
                    en: format!("the model is {}: it must be {}", state.en, needed.en),
                }
            }
            Self::HouseholdsTakePart { taken } => Text {
                th: format!("ยังมี {taken} ครัวเรือนในโมเดล ต้องบันทึกการออกก่อน"),
                en: format!("{taken} household(s) still take part: record first that they leave, and why"),
            },
            Self::CycleRuns => say("มีรุ่นที่กำลังดำเนินอยู่ ต้องจบรุ่นก่อน", "a cycle runs: end it first"),
            Self::NoCycleRuns => say("ไม่มีรุ่นที่กำลังดำเนินอยู่ ต้องเริ่มรุ่นก่อน", "no cycle runs: start one first"),
            Self::NoCycleEnded => say("ยังไม่มีรุ่นที่จบ ต้องจบรุ่นก่อนจึงทบทวนได้", "no cycle has ended yet: end one first"),
            Self::NotFoundWorthScaling => say(
                "ต้องทบทวนและเห็นว่าควรขยายผลก่อน",
                "the last review did not find that the model should be scaled: review it first",
            ),
            Self::NoShare => say(
                "ครัวเรือนไม่มีส่วนแบ่งในเงินก้อนนี้ ตรวจรหัสการจ่ายเงิน หรือบันทึกผลโดยไม่อ้างถึง",
                "the payment gives this household no share: check the payment, or record a result without it",
            ),
            Self::AlreadyRecorded => say(
                "บันทึกผลนี้ไปแล้ว หากผิดต้องถอนของเดิมก่อน",
                "this result is recorded already: take that one back first if it is wrong",
            ),
            Self::NoPlaceLeft { places } => Text {
                th: format!("โมเดลเต็ม ({places} ที่) ต้องมีที่ว่างหรือเพิ่มจำนวนก่อน"),
                en: format!("all {places} places of the model are taken: wait for a free one or raise their number"),
            },
            Self::NotEligible(why) => {
                let Label { th, en } = labels::condition(why);
                Text {
                    th: format!("ครัวเรือนไม่เข้าเกณฑ์ของโมเดล: {th} เลือกโมเดลอื่น หรือสำรวจใหม่หากเปลี่ยนไปแล้ว"),
                    en: format!("{en}: choose another model, or record what has changed first"),
                }
            }
            Self::AlreadyEnrolled => say(
                "เข้าร่วมโมเดลนี้อยู่แล้ว ไม่ต้องบันทึกอีก",
                "the household takes part in this model already: there is nothing to record",
            ),
            Self::NotEnrolled => say(
                "ไม่ได้เข้าร่วมโมเดลนี้ ต้องบันทึกการเข้าร่วมก่อน",
                "the household does not take part in this model: enrol it first",
            ),
            Self::AlreadyProposed => say(
                "มีข้อเสนอรอการพิจารณา ต้องอนุมัติหรือไม่อนุมัติก่อน",
                "a proposal waits for a decision: approve or decline it first",
            ),
            Self::NotProposed => say("ไม่มีข้อเสนอที่รอพิจารณา ต้องเสนอก่อน", "no proposal waits: propose graduation first"),
            Self::CriteriaNotMet(missing) => {
                let list = |say: &dyn Fn(&(Criterion, String, String)) -> String| {
                    missing.iter().map(say).collect::<Vec<_>>().join("; ")
                };
                let th = list(&|(criterion, found, needed)| {
                    let (found, needed) = (labels::found_th(found), labels::found_th(needed));
                    format!("{} พบ {found} ต้องการ {needed}", labels::criterion(*criterion).th)
                });
                let en = list(&|(criterion, found, needed)| {
                    format!("{}: found {found}, needed {needed}", labels::criterion(*criterion).en)
                });
                Text {
                    th: format!("ยังไม่ผ่านเกณฑ์: {th}"), en: format!("criteria not met: {en}")
                }
            }
            Self::SamePerson => say("ผู้อนุมัติต้องไม่ใช่ผู้เสนอ", "the one who proposed can't decide: somebody else must"),
            Self::NotACaseworkerThere => say(
                "เจ้าหน้าที่ไม่มีบทบาทผู้ดูแลในพื้นที่นี้ ต้องให้บทบาทก่อน",
                "this member of staff has no caseworker's role in the area: grant it first",
            ),
            Self::HasLeft => say(
                "เจ้าหน้าที่พ้นจากงานแล้ว ให้รับเข้าใหม่ด้วยรหัสใหม่",
                "this member of staff has left: take them on anew under a new id",
            ),
            Self::RoleNotHeld => say(
                "เจ้าหน้าที่ไม่มีบทบาทนี้ ตรวจบทบาทและขอบเขต",
                "this member of staff holds no such role: check role and scope",
            ),
            Self::OwnAdministration => say(
                "ผู้ดูแลระบบยกเลิกบทบาทของตนเองไม่ได้ ต้องให้ผู้ดูแลระบบคนอื่นทำ",
                "administrators can't take their own role away: another administrator must",
            ),
            Self::AdministrationEnds => say(
                "บทบาทผู้ดูแลระบบของท่านมีวันสิ้นสุด และอาจไม่เหลือผู้ดูแลระบบ ต้องให้ผู้ที่มีบทบาทโดยไม่มีวันสิ้นสุดทำ",
                "your own administration has an end and nobody might be left: an administrator without one must do it",
            ),
            Self::NotRetractable(event) => Text {
                th: format!("ถอน {} ไม่ได้ ให้บันทึกข้อเท็จจริงที่แก้ไขแทน", event_th(event)),
                en: format!("{} can't be taken back: record what undoes or corrects it", event_en(event)),
            },
            Self::AlreadyRetracted => say(
                "ถอนไปแล้ว หากเป็นจริงให้บันทึกใหม่",
                "this fact is taken back already: if it was true after all, record it anew",
            ),
            Self::RestedOn(later) => {
                let Text { th, en } = course::listed(later);
                Text {
                    th: format!("ต้องถอนข้อเท็จจริงที่ตามมาก่อน: {th}"),
                    en: format!("take back first what rests on it: {en}"),
                }
            }
            Self::NoPolicy(kind) => {
                let Label { th, en } = labels::policy(*kind);
                Text {
                    th: format!("จังหวัดนี้ยังไม่ประกาศ{th} ให้ผู้ดูแลระบบประกาศก่อน"),
                    en: format!("no {en} is published for the province: an administrator publishes one"),
                }
            }
            Self::UnknownInstrument(_) => {
                let known = super::instrument::names().join(", ");
                Text {
                    th: format!("ไม่รู้จักแบบสอบถามนี้ ใช้ได้: {known}"),
                    en: format!("this instrument is not known: it can be {known}"),
                }
            }
            Self::Course(it) => it.text(),
            Self::EffectiveTooEarly { earliest } => Text {
                th: format!("มีผลได้เร็วที่สุดวันที่ {earliest}"),
                en: format!("it can take effect on {earliest} at the earliest"),
            },
            Self::OnlyVersion => say(
                "หากยกเลิกฉบับนี้จะไม่มีเกณฑ์ใช้ ต้องประกาศฉบับใหม่ก่อน",
                "no other version would hold then: publish a new one first",
            ),
        }
    }
}

/// What a fact says, in Thai, as the register has it.
fn event_th(name: &str) -> String {
    register::find(name).map_or_else(|| "ข้อเท็จจริง".to_owned(), |entry| format!("“{}”", entry.th))
}

/// And in English.
fn event_en(name: &str) -> String {
    register::find(name).map_or_else(|| "a fact".to_owned(), |entry| format!("“{}”", entry.en.trim_end_matches('.')))
}
