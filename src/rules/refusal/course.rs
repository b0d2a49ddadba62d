//! Why a case can't be closed, opened again, merged or divided as asked.

use events::facts::case::{Stage, Standing};
use events::facts::household::ReopenedBecause;

use super::{Resting, Text, event_en, event_th};
use crate::rules::labels::{self, Label};

/// Why the course of a case does not change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Course {
    /// The case is open.
    CaseOpen,
    /// It opens again, but not for this reason or by this command.
    ReopenedOtherwise { standing: Standing, reasons: Vec<ReopenedBecause> },
    /// No check after leaving found the relapse.
    NoRelapseFound,
    /// Only undoing what closed it opens it.
    OnlyUndone(Standing),
    /// Somebody has worked on it.
    WorkedOn(Vec<Resting>),
    /// The closing ended work that does not come back.
    ClosingEndedWork,
    /// A household can't be merged into itself.
    SameHousehold,
    /// The two lie in different provinces.
    OtherProvince,
    /// The survivor has not come as far as the one that goes into it.
    SurvivorBehind { survivor: Stage, stage: Stage },
    /// The survivor can't take over open work.
    SurvivorClosed(Standing),
    /// It was not merged into another.
    NotMerged,
    /// Later facts of the survivor rest on what it took over.
    WorkedOnSince(Vec<Resting>),
    /// Everybody would leave.
    NobodyStays,
}

pub(super) fn listed(facts: &[Resting]) -> Text {
    let list = |name: &dyn Fn(&Resting) -> String| {
        facts.iter().map(|it| format!("{} ({})", name(it), it.sequence)).collect::<Vec<_>>().join(", ")
    };
    Text { th: list(&|it| event_th(&it.event_type)), en: list(&|it| event_en(&it.event_type)) }
}

impl Course {
    /// Stable, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CaseOpen => "case_open",
            Self::ReopenedOtherwise { .. } => "reopened_otherwise",
            Self::NoRelapseFound => "no_relapse_found",
            Self::OnlyUndone(_) => "only_undone",
            Self::WorkedOn(_) => "worked_on",
            Self::ClosingEndedWork => "closing_ended_work",
            Self::SameHousehold => "same_household",
            Self::OtherProvince => "other_province",
            Self::SurvivorBehind { .. } => "survivor_behind",
            Self::SurvivorClosed(_) => "survivor_closed",
            Self::NotMerged => "not_merged",
            Self::WorkedOnSince(_) => "worked_on_since",
            Self::NobodyStays => "nobody_stays",
        }
    }

    /// What the rule says and what would satisfy it.
    pub fn text(&self) -> Text {
        let say = |th: &str, en: &str| Text { th: th.to_owned(), en: en.to_owned() };
        match self {
            Self::CaseOpen => say("กรณีนี้เปิดอยู่ ไม่ต้องเปิดใหม่", "the case is open: there is nothing to open again"),
            Self::ReopenedOtherwise { standing, reasons } => {
                let list = |pick: &dyn Fn(Label) -> &'static str| {
                    reasons.iter().map(|it| pick(labels::reopened(*it))).collect::<Vec<_>>().join(", ")
                };
                let Label { th, en } = labels::standing(*standing);
                Text {
                    th: format!("กรณีนี้ {th} เปิดใหม่ได้ด้วยเหตุ: {}", list(&|it| it.th)),
                    en: format!("the case is closed ({en}): it opens again for {}", list(&|it| it.en)),
                }
            }
            Self::NoRelapseFound => say(
                "ยังไม่มีการตรวจหลังหลุดพ้นที่พบว่ากลับไปจน ต้องบันทึกผลตรวจเช่นนั้นก่อน",
                "no check after leaving found a relapse last: record one that does with post-exit-check first",
            ),
            Self::OnlyUndone(standing) => {
                let Label { th, en } = labels::standing(*standing);
                Text {
                    th: format!("กรณีนี้ {th} เปิดได้โดยยกเลิกสิ่งที่ทำให้ปิดเท่านั้น"),
                    en: format!("the case is closed ({en}): it opens only when what closed it is undone"),
                }
            }
            Self::WorkedOn(facts) => {
                let Text { th, en } = listed(facts);
                Text {
                    th: format!("มีผู้ทำงานกับครัวเรือนนี้แล้ว: {th} ให้ปิดกรณีด้วยเหตุอื่น"),
                    en: format!("somebody has worked on this household: {en}: close the case otherwise"),
                }
            }
            Self::ClosingEndedWork => say(
                "การปิดนี้ยุติการส่งต่อหรือคืนที่ในโมเดล ซึ่งไม่กลับมาเอง ให้เปิดกรณีใหม่แทน",
                "this closing ended referrals or gave places back, which don't come back by themselves: reopen the case",
            ),
            Self::SameHousehold => {
                say("ต้องเป็นคนละครัวเรือน", "a household can't be merged into itself: name another one")
            }
            Self::OtherProvince => say(
                "ครัวเรือนทั้งสองอยู่คนละจังหวัด ให้บันทึกว่าย้ายออก",
                "the two households lie in different provinces: record that one moved away",
            ),
            Self::SurvivorBehind { survivor, stage } => {
                let (survivor, stage) = (labels::stage(*survivor), labels::stage(*stage));
                Text {
                    th: format!("ครัวเรือนที่รับรวม{} แต่ครัวเรือนนี้{} ให้รวมกลับทาง", survivor.th, stage.th),
                    en: format!(
                        "the other household is {} so far, this one {}: merge the other one into this",
                        survivor.en, stage.en
                    ),
                }
            }
            Self::SurvivorClosed(standing) => {
                let Label { th, en } = labels::standing(*standing);
                Text {
                    th: format!("ครัวเรือนที่รับรวม {th} รับงานที่ค้างไม่ได้ ต้องเปิดใหม่ก่อน"),
                    en: format!("the other household is closed ({en}) and can't take over open work: reopen it first"),
                }
            }
            Self::NotMerged => say(
                "ครัวเรือนนี้ไม่ได้ถูกรวม จึงไม่มีสิ่งที่ต้องยกเลิก ตรวจรหัสครัวเรือน",
                "this household was not merged into another: there is nothing to undo, check its id",
            ),
            Self::WorkedOnSince(facts) => {
                let Text { th, en } = listed(facts);
                Text {
                    th: format!("ครัวเรือนที่รับรวมมีงานต่อจากสิ่งที่รับมาแล้ว: {th} ต้องถอนก่อน"),
                    en: format!("the other household has gone on with what it took over: {en}: take that back first"),
                }
            }
            Self::NobodyStays => say(
                "ต้องมีสมาชิกเหลืออยู่อย่างน้อยหนึ่งคน ถ้าย้ายทั้งครัวเรือนให้บันทึกว่าย้ายออก",
                "somebody must stay: when all go, record that the household moved",
            ),
        }
    }
}
