//! Which reports are there, and what does each answer?

use std::str::FromStr;

use projections::figures::assistance::ASSISTANCE;
use projections::figures::coverage::COVERAGE_CASES;
use projections::figures::duplicates::DUPLICATES;
use projections::figures::episodes::EPISODES;
use projections::figures::equity::EQUITY;
use projections::figures::funnel::FUNNEL_CASES;
use projections::figures::income::INCOME;
use projections::figures::outcome::OUTCOME;
use projections::figures::quality::QUALITY;
use projections::figures::register::REGISTER;
use projections::figures::relapse::RELAPSE;
use projections::figures::sheet::Sheet;
use projections::figures::times::TIMES;
use projections::figures::transitions::TRANSITIONS;
use projections::figures::unmet::UNMET;
use projections::figures::workload::WORKLOAD;
use serde::Serialize;
use utoipa::ToSchema;

use crate::rules::labels::Label;

/// A report by its name. In addresses and answers it is written with underscores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportName {
    /// How many there are.
    Register,
    /// How far households came.
    Funnel,
    /// How far each case came, from its opening to its end.
    Episodes,
    /// What state lists say beside what was verified.
    Coverage,
    /// How long things take.
    Times,
    /// From which level to which households came.
    Transitions,
    /// How the income per resident changed.
    Income,
    /// What became of those who were helped.
    Outcome,
    /// Who is out of poverty still.
    Relapse,
    /// How much each caseworker looks after.
    Workload,
    /// Whether households come as far whoever makes them up.
    Equity,
    /// Where what was recorded is doubtful.
    Quality,
    /// Who may stand in two households.
    Duplicates,
    /// What help was given.
    Assistance,
    /// Which needs have no help.
    Unmet,
    /// What waits now, or waited at a moment.
    Backlog,
    /// What waited at the end of each day.
    BacklogHistory,
}

/// No report has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such report; there are {}", ReportName::list())]
pub struct NoSuchReport;

impl ReportName {
    /// All reports, as a list shows them.
    pub const ALL: [Self; 17] = [
        Self::Register,
        Self::Funnel,
        Self::Episodes,
        Self::Coverage,
        Self::Times,
        Self::Transitions,
        Self::Income,
        Self::Outcome,
        Self::Assistance,
        Self::Unmet,
        Self::Relapse,
        Self::Workload,
        Self::Equity,
        Self::Quality,
        Self::Duplicates,
        Self::Backlog,
        Self::BacklogHistory,
    ];

    /// As it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Funnel => "funnel",
            Self::Episodes => "episodes",
            Self::Coverage => "coverage",
            Self::Times => "times",
            Self::Transitions => "transitions",
            Self::Income => "income",
            Self::Outcome => "outcome",
            Self::Relapse => "relapse",
            Self::Workload => "workload",
            Self::Equity => "equity",
            Self::Quality => "quality",
            Self::Duplicates => "duplicates",
            Self::Assistance => "assistance",
            Self::Unmet => "unmet",
            Self::Backlog => "backlog",
            Self::BacklogHistory => "backlog_history",
        }
    }

    /// What it answers.
    pub const fn title(self) -> Label {
        match self {
            Self::Register => Label {
                th: "มีครัวเรือนในทะเบียนเท่าใด และมีคนเท่าใด",
                en: "How many households are in the register, and how many people?",
            },
            Self::Funnel => Label {
                th: "ครัวเรือนที่พบในช่วงเวลา ไปถึงขั้นใดบ้าง",
                en: "How far did the households come that were found in a period?",
            },
            Self::Episodes => Label {
                th: "แต่ละครั้งที่เปิดดูแล ไปถึงขั้นใดและจบอย่างไร",
                en: "How far did the work come each time that a case was open, and how did it end?",
            },
            Self::Coverage => Label {
                th: "บัญชีของรัฐเทียบกับผลการสอบทาน ตกหล่นและเกินเท่าใด",
                en: "Whom do the state's lists miss, and whom do they hold who is not poor?",
            },
            Self::Times => Label {
                th: "แต่ละขั้นและการส่งต่อใช้เวลากี่วัน และที่ยังค้างอยู่เท่าใด",
                en: "How many days do the stages and the referrals take, and how many still wait?",
            },
            Self::Transitions => Label {
                th: "ครัวเรือนเปลี่ยนจากระดับใดเป็นระดับใด ในแต่ละทุนและโดยรวม",
                en: "From which level to which did households come, in each capital and overall?",
            },
            Self::Income => Label {
                th: "รายได้สุทธิต่อคนเปลี่ยนไปเท่าใด และถึงเส้นความยากจนหรือไม่",
                en: "How did the income per resident change, and is it at the poverty line?",
            },
            Self::Outcome => Label {
                th: "ครัวเรือนที่ได้รับความช่วยเหลือเป็นอย่างไรต่อมา แยกตามโมเดล หน่วยงาน และทุน",
                en: "What became of the households that were helped, by model, agency and capital?",
            },
            Self::Relapse => Label {
                th: "ครัวเรือนที่หลุดพ้นแล้ว ยังหลุดพ้นอยู่หรือกลับมาจน และยังไม่ได้ตรวจเท่าใด",
                en: "Who left poverty and is out of it still, who is poor again, and who was not checked?",
            },
            Self::Workload => Label {
                th: "เจ้าหน้าที่แต่ละคนดูแลกี่ครัวเรือน และเลยกำหนดเท่าใด",
                en: "How much does each caseworker look after, and how much of it is late?",
            },
            Self::Equity => Label {
                th: "ครัวเรือนต่างลักษณะไปถึงขั้นต่าง ๆ เท่ากันหรือไม่",
                en: "Do households come as far whoever heads them, with disabled members, of old people only, without a card?",
            },
            Self::Quality => Label {
                th: "ข้อมูลที่บันทึกไว้ขาด น่าสงสัย หรือบันทึกช้าที่ใด",
                en: "Where is what was recorded incomplete, doubtful or late?",
            },
            Self::Duplicates => Label {
                th: "ใครอาจมีชื่ออยู่ในสองครัวเรือน ตอบแล้วอย่างไร และยังรอตรวจเท่าใด",
                en: "Who may stand in two households, what was answered, and how much waits to be looked at?",
            },
            Self::Assistance => Label {
                th: "ความช่วยเหลือที่ให้แล้ว กี่ครัวเรือน กี่ครั้ง กี่บาท",
                en: "What help was given: to how many households, how often, for how many baht?",
            },
            Self::Unmet => Label {
                th: "ความต้องการใดยังไม่มีความช่วยเหลือ", en: "Which needs has no help reached?"
            },
            Self::Backlog => Label {
                th: "งานส่งต่อที่ค้างอยู่", en: "How much waits at which agency, and how long?"
            },
            Self::BacklogHistory => Label {
                th: "งานค้าง ณ สิ้นวันของแต่ละวัน",
                en: "How much waited at the end of each day?",
            },
        }
    }

    /// The report as cases, and those of its figures that lead to them; none: the list of referrals leads to them.
    pub const fn sheet(self) -> Option<&'static Sheet> {
        match self {
            Self::Register => Some(&REGISTER),
            Self::Funnel => Some(&FUNNEL_CASES),
            Self::Episodes => Some(&EPISODES),
            Self::Coverage => Some(&COVERAGE_CASES),
            Self::Times => Some(&TIMES),
            Self::Transitions => Some(&TRANSITIONS),
            Self::Income => Some(&INCOME),
            Self::Outcome => Some(&OUTCOME),
            Self::Relapse => Some(&RELAPSE),
            Self::Workload => Some(&WORKLOAD),
            Self::Equity => Some(&EQUITY),
            Self::Quality => Some(&QUALITY),
            Self::Duplicates => Some(&DUPLICATES),
            Self::Assistance => Some(&ASSISTANCE),
            Self::Unmet => Some(&UNMET),
            Self::Backlog | Self::BacklogHistory => None,
        }
    }

    fn list() -> String {
        Self::ALL.map(Self::as_str).join(", ")
    }
}

/// With underscores, or with hyphens as people type at a terminal.
impl FromStr for ReportName {
    type Err = NoSuchReport;

    fn from_str(text: &str) -> Result<Self, NoSuchReport> {
        let name = text.replace('-', "_");
        Self::ALL.into_iter().find(|report| report.as_str() == name).ok_or(NoSuchReport)
    }
}
