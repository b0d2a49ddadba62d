//! The policies that a new log begins with: one body of each kind, to be published for each province.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::facts::household::{Capital, Dimension, Level};
use events::facts::policy::{
    Answering, ChangeThatCounts, Contact, Crosswalk, DaysCounted, Graduation, Holiday, Holidays, LineForYear,
    PolicyBody, PovertyLine, Sla, SlaDays, Threshold,
};
use events::money::Baht;

use super::instrument::{self, default_scoring};

/// The service code whose referrals are answered within a day wherever an agency offers it.
pub const EMERGENCY: &str = "emergency";

/// National poverty lines: common-era year, baht per person and month, source, whether the source was seen.
const LINES: [(i32, i32, &str, bool); 5] = [
    (2017, 2_686, NESDC_2021, true),
    (2021, 2_803, NESDC_2021, true),
    (2022, 2_997, "NESDC, said and not seen", false),
    (2023, 3_043, NESDC_2024, true),
    (2024, 3_078, NESDC_2024, true),
];

const NESDC_2021: &str = "NESDC, reported by The Nation, nationthailand.com 40031267";
const NESDC_2024: &str = "NESDC, reported by The Nation, nationthailand.com 40055537";

/// One body of every kind of policy. A test shows that each can be published and that no kind is missing.
pub fn defaults() -> Vec<PolicyBody> {
    let bodies = [
        Some(PolicyBody::Sla(sla())),
        Some(PolicyBody::Contact(contact())),
        default_scoring(),
        graduation().map(PolicyBody::Graduation),
        Some(PolicyBody::PovertyLine(poverty_line())),
        Some(PolicyBody::Threshold(threshold())),
        Some(PolicyBody::Crosswalk(crosswalk())),
        Some(PolicyBody::Holidays(holidays())),
    ];
    bodies.into_iter().flatten().collect()
}

/// A week to answer, a month to deliver; an emergency a day and three.
fn sla() -> Sla {
    Sla {
        answer_days: 7,
        deliver_days: 30,
        services: BTreeMap::from([(EMERGENCY.to_owned(), SlaDays { answer_days: 1, deliver_days: 3 })]),
        counted: DaysCounted::Calendar,
    }
}

fn contact() -> Contact {
    Contact {
        first_visit_days: 14,
        assessment_days: 30,
        referral_days: 14,
        follow_up_days: 90,
        reassessment_days: 180,
        post_exit_months: vec![6, 12, 24],
        attempts_before_unreachable: 3,
        complaint_days: Some(15),
    }
}

/// Level 3 overall and no capital at level 1, in two assessments half a year apart.
fn graduation() -> Option<Graduation> {
    Some(Graduation { level_at_least: Level::new(3)?, capital_at_least: Level::new(2)?, months_apart: 6 })
}

fn poverty_line() -> PovertyLine {
    let line = |(year, baht, source, verified): (i32, i32, &str, bool)| LineForYear {
        year,
        baht: Baht::whole(baht),
        source: source.to_owned(),
        verified,
    };
    PovertyLine { lines: LINES.into_iter().map(line).collect() }
}

/// Two points of a hundred. The other one in use is five percent of the value before.
fn threshold() -> Threshold {
    Threshold { name: "two_points".to_owned(), at_least: ChangeThatCounts::Points { hundredths: 200 } }
}

/// Which dimensions answer a need of each capital, and of those indicators that tell of one dimension themselves.
fn crosswalk() -> Crosswalk {
    let of_capital = [
        (Capital::Human, Dimension::Health),
        (Capital::Human, Dimension::Education),
        (Capital::Human, Dimension::Access),
        (Capital::Human, Dimension::Income),
        (Capital::Physical, Dimension::Living),
        (Capital::Economic, Dimension::Income),
        (Capital::Economic, Dimension::Living),
        (Capital::Natural, Dimension::Income),
        (Capital::Natural, Dimension::Living),
        (Capital::Social, Dimension::Access),
        (Capital::Social, Dimension::Living),
    ];
    let whole = of_capital.map(|(capital, dimension)| Answering { capital, indicator: None, dimension });
    let of_indicator = instrument::with_dimension().map(|it| Answering {
        capital: it.capital,
        indicator: Some(it.code.clone()),
        dimension: it.dimension.unwrap_or(Dimension::Living),
    });
    Crosswalk { lines: whole.into_iter().chain(of_indicator).collect() }
}

/// The holidays that fall on the same day each year, and the years of the list. Those that follow the moon or are
/// declared from year to year are added by whoever publishes the next version.
const FIXED: [(u32, u32, &str); 13] = [
    (1, 1, "วันขึ้นปีใหม่"),
    (4, 6, "วันจักรี"),
    (4, 13, "วันสงกรานต์"),
    (4, 14, "วันสงกรานต์"),
    (4, 15, "วันสงกรานต์"),
    (5, 4, "วันฉัตรมงคล"),
    (6, 3, "วันเฉลิมพระชนมพรรษาสมเด็จพระราชินี"),
    (7, 28, "วันเฉลิมพระชนมพรรษาพระบาทสมเด็จพระเจ้าอยู่หัว"),
    (8, 12, "วันแม่แห่งชาติ"),
    (10, 13, "วันนวมินทรมหาราช"),
    (10, 23, "วันปิยมหาราช"),
    (12, 5, "วันพ่อแห่งชาติ"),
    (12, 10, "วันรัฐธรรมนูญ"),
];

fn holidays() -> Holidays {
    let mut days: Vec<Holiday> = (2024..=2027)
        .flat_map(|year| FIXED.map(|(month, day, name)| (NaiveDate::from_ymd_opt(year, month, day), name)))
        .filter_map(|(on, name)| Some(Holiday { on: on?, name: name.to_owned() }))
        .collect();
    let last_days = (2024..=2027).filter_map(|year| NaiveDate::from_ymd_opt(year, 12, 31));
    days.extend(last_days.map(|on| Holiday { on, name: "วันสิ้นปี".to_owned() }));
    days.sort_unstable_by_key(|it| it.on);
    Holidays { days }
}

#[cfg(test)]
mod tests {
    use events::clock::start_of;
    use events::facts::policy::PolicyKind;
    use events::id::{CommandId, StaffId};
    use uuid::Uuid;

    use super::*;
    use crate::rules::Asked;
    use crate::rules::policy::{PolicyBook, Publish};

    #[test]
    fn a_new_log_begins_with_one_policy_of_each_kind_and_each_can_be_published() {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let mut book = PolicyBook::default();
        for body in defaults() {
            let publish = Publish { province: "46".to_owned(), effective_on: today, body };
            let asked = Asked {
                now: start_of(today),
                actor: StaffId(Uuid::nil()),
                command: CommandId(Uuid::nil()),
                target: Uuid::nil(),
                policies: &book,
            };
            let facts = publish.decide(&book, &asked).unwrap();
            for fact in &facts {
                book.evolve(fact);
            }
        }
        for kind in PolicyKind::ALL {
            assert_eq!(book.in_force(kind, "46", today).map(|it| it.body.kind()), Some(kind));
        }
        assert_eq!(book.all().count(), PolicyKind::ALL.len());
    }

    #[test]
    fn every_poverty_line_names_its_source_and_only_the_one_of_2022_was_not_seen() {
        let unseen: Vec<_> = poverty_line().lines.into_iter().filter(|it| !it.verified).map(|it| it.year).collect();
        assert_eq!(unseen, [2022]);
        assert!(poverty_line().lines.iter().all(|it| !it.source.is_empty()));
    }
}
