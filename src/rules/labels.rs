//! What people call the codes of the rules, in Thai and English: one table for every refusal and every report.

use events::facts::case::{ClosedAs, Stage, Standing};
use events::facts::household::{Criterion, ReopenedBecause};
use events::facts::policy::PolicyKind;

/// What a code is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Thai.
    pub th: &'static str,
    /// English, as it reads within a sentence.
    pub en: &'static str,
}

const fn label(th: &'static str, en: &'static str) -> Label {
    Label { th, en }
}

/// A stage: “the household is …”.
pub const fn stage(stage: Stage) -> Label {
    match stage {
        Stage::Identified => label("ค้นพบแล้ว", "identified"),
        Stage::Verified => label("สอบทานแล้ว", "verified"),
        Stage::Assessed => label("วิเคราะห์ทุนแล้ว", "assessed"),
        Stage::Referred => label("ส่งต่อแล้ว", "referred"),
        Stage::Assisted => label("ได้รับความช่วยเหลือแล้ว", "assisted"),
        Stage::Graduated => label("หลุดพ้นแล้ว", "graduated"),
    }
}

/// A standing: how a case ended, or that it has not.
pub const fn standing(standing: Standing) -> Label {
    match standing {
        Standing::Open => label("กำลังดำเนินการ", "open"),
        Standing::Closed(ClosedAs::NotPoor) => label("สำรวจแล้วไม่จนจริง", "found not really poor"),
        Standing::Closed(ClosedAs::Refused) => label("ครัวเรือนไม่ประสงค์", "refused by the household"),
        Standing::Closed(ClosedAs::Unreachable) => label("ติดต่อไม่ได้", "nobody could be reached"),
        Standing::Closed(ClosedAs::MovedAway) => label("ย้ายออกนอกพื้นที่", "moved away"),
        Standing::Closed(ClosedAs::Dissolved) => label("ไม่มีสมาชิกเหลืออยู่", "dissolved"),
        Standing::Closed(ClosedAs::Merged) => label("รวมกับครัวเรือนอื่น", "merged into another household"),
        Standing::Closed(ClosedAs::EnteredInError) => label("บันทึกโดยผิดพลาด", "entered in error"),
        Standing::Graduated => label("หลุดพ้นความยากจน", "graduated"),
        Standing::Sustained => label("อยู่ในการดูแลต่อเนื่อง", "in sustained support"),
    }
}

/// A criterion of the graduation policy.
pub const fn criterion(criterion: Criterion) -> Label {
    match criterion {
        Criterion::LevelOverall => label("ระดับการดำรงชีพโดยรวม", "livelihood level overall"),
        Criterion::NoCapitalAtLowest => label("ระดับของทุนที่ต่ำที่สุด", "level of the weakest capital"),
        Criterion::IncomeAtLine => label("รายได้สุทธิต่อคนต่อเดือน (บาท)", "net income per resident and month in baht"),
        Criterion::HeldOverTime => label("ระยะห่างระหว่างการวิเคราะห์สองครั้ง", "time between two assessments"),
        Criterion::NobodyAbleToWork => label("ผู้อาศัยที่ทำงานได้", "residents able to work"),
    }
}

/// Why a case opens again.
pub const fn reopened(because: ReopenedBecause) -> Label {
    match because {
        ReopenedBecause::Appeal => label("ขอให้ทบทวน", "an appeal"),
        ReopenedBecause::Relapse => label("กลับไปจน", "a relapse"),
        ReopenedBecause::CameBack => label("ย้ายกลับมา", "coming back"),
        ReopenedBecause::FoundAgain => label("พบว่ามีจริง", "being found after all"),
    }
}

/// A referral's state by its code: “the referral …”.
pub fn referral(state: &str) -> Label {
    match state {
        "to_answer" => label("รอหน่วยงานตอบ", "waits for the agency's answer"),
        "to_deliver" => label("หน่วยงานรับเรื่องแล้ว", "is accepted and waits for delivery"),
        "returned" => label("ส่งกลับให้แก้ไข", "was sent back for what is missing"),
        _ => label("สิ้นสุดแล้ว", "has ended"),
    }
}

/// A model's state by its code: “the model is …”.
pub fn model(state: &str) -> Label {
    match state {
        "drafted" => label("ร่าง", "drafted"),
        "approved" => label("อนุมัติแล้ว", "approved"),
        "open" => label("เปิดรับครัวเรือน", "open"),
        _ => label("ปิดแล้ว", "closed"),
    }
}

/// A condition of an operating model by its code.
pub fn condition(code: &str) -> Label {
    match code {
        "level" => label("ระดับการดำรงชีพสูงกว่าที่โมเดลรับ", "its livelihood level is above what the model takes"),
        "capital" => label("ระดับของทุนที่โมเดลมุ่งช่วยสูงเกินไป", "its level in a capital that the model is for is too high"),
        _ => label("คนที่ทำงานได้น้อยกว่าที่โมเดลต้องการ", "fewer of its members are able to work than the model needs"),
    }
}

/// A kind of policy.
pub const fn policy(kind: PolicyKind) -> Label {
    match kind {
        PolicyKind::Sla => label("กำหนดเวลาตอบและส่งมอบ", "policy on answering and delivering"),
        PolicyKind::Contact => label("เกณฑ์การติดตามครัวเรือน", "contact policy"),
        PolicyKind::Scoring => label("เกณฑ์การให้คะแนน", "scoring policy"),
        PolicyKind::Graduation => label("เกณฑ์การหลุดพ้น", "graduation policy"),
        PolicyKind::PovertyLine => label("เส้นความยากจน", "poverty line"),
        PolicyKind::Threshold => label("เกณฑ์การเปลี่ยนแปลง", "threshold policy"),
        PolicyKind::Crosswalk => label("ตารางเทียบทุนกับมิติ", "crosswalk of capitals and dimensions"),
        PolicyKind::Holidays => label("ปฏิทินวันหยุดราชการ", "list of holidays"),
    }
}

/// A figure of a verdict in Thai. Verdicts are stored with the few English words that stand here.
pub fn found_th(figure: &str) -> String {
    match figure {
        "unknown" => "ไม่ทราบ".to_owned(),
        "nobody lives there" => "ไม่มีผู้อาศัย".to_owned(),
        "no line for that year" => "ไม่มีเส้นความยากจนของปีนั้น".to_owned(),
        _ => figure.replace(" days", " วัน").replace(" months", " เดือน").replace(" unknown", " ไม่ทราบ"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::household::state::ReferralState;

    #[test]
    fn each_state_and_each_condition_has_words_of_its_own() {
        let states = [ReferralState::ToAnswer, ReferralState::ToDeliver, ReferralState::Returned, ReferralState::Ended];
        let mut words: Vec<_> = states.iter().map(|state| referral(state.as_str()).th).collect();
        words.extend([condition("level").th, condition("able_to_work").th]);
        words.sort_unstable();
        let n = words.len();
        words.dedup();
        assert_eq!(words.len(), n);
    }

    #[test]
    fn the_figures_of_a_verdict_have_no_english_word_in_thai() {
        for figure in [
            "unknown",
            "nobody lives there",
            "0, 1 unknown",
            "no line for that year",
            "184 days",
            "6 months",
            "2",
            "3078.00 (2024)",
        ] {
            assert!(!found_th(figure).chars().any(|c| c.is_ascii_alphabetic()), "{figure}");
        }
    }
}
