//! What the graduation policy says of a household, criterion by criterion.

use chrono::{Datelike, Months, NaiveDate};
use events::facts::household::{Criterion, Judged, LineUsed, Verdict};
use events::facts::policy::Graduation;

use crate::rules::household::assessment::scoring;
use crate::rules::household::people::composition;
use crate::rules::household::state::{Assessment, Case};
use crate::rules::policy::PolicyBook;
use crate::rules::refusal::Refusal;

/// Judges a household as it stands, by the policies in force on a day. Every assessment that is known counts, also one
/// of a later day: nobody graduates on the figures of a better day.
pub fn judge(case: &Case, policies: &PolicyBook, on: NaiveDate) -> Result<Verdict, Refusal> {
    let province = case.province();
    let (graduation, policy) = policies.graduation(&province, on)?;
    let counts = |it: &Assessment| case.counts_from.is_none_or(|from| it.on >= from);
    let mut complete: Vec<_> = case.assessments.iter().filter(|it| it.level.is_some() && counts(it)).collect();
    complete.sort_by_key(|it| it.on);
    let latest = complete.last().copied();
    let earlier = latest.and_then(|latest| {
        let latest_day = latest.on.checked_sub_months(Months::new(u32::from(graduation.months_apart)))?;
        complete.iter().rev().find(|it| it.on <= latest_day).copied()
    });
    let mut judged = Vec::new();
    let mut line_used = None;
    for assessment in [latest, earlier].into_iter().flatten() {
        judged.extend(levels(assessment, graduation));
        let line = policies.line(&province, on, assessment.on.year())?;
        judged.push(match line {
            Some((line, line_policy)) => {
                line_used.get_or_insert(LineUsed { year: line.year, baht: line.baht, policy: line_policy });
                Judged {
                    criterion: Criterion::IncomeAtLine,
                    assessment: Some(assessment.id),
                    met: scoring::reaches(&assessment.money, line.baht),
                    found: assessment.money.net_per_resident_month.map_or("unknown".to_owned(), |it| it.to_string()),
                    needed: format!("{} ({})", line.baht, line.year),
                    evidence: Some(assessment.evidence),
                }
            }
            None => Judged {
                criterion: Criterion::IncomeAtLine,
                assessment: Some(assessment.id),
                met: None,
                found: "no line for that year".to_owned(),
                needed: assessment.on.year().to_string(),
                evidence: None,
            },
        });
    }
    let apart = latest.zip(complete.first().copied()).map_or(0, |(latest, first)| (latest.on - first.on).num_days());
    judged.push(Judged {
        criterion: Criterion::HeldOverTime,
        assessment: earlier.map(|it| it.id),
        met: Some(earlier.is_some()),
        found: format!("{apart} days"),
        needed: format!("{} months", graduation.months_apart),
        evidence: None,
    });
    let met = judged.iter().all(|it| it.met == Some(true));
    Ok(Verdict { policy, line: line_used, judged, met })
}

/// Judges whether a household is to be supported for as long as it is needed: nobody who lives there can work. Who is
/// of working age is counted anew on the day.
pub fn judge_support(case: &Case, policies: &PolicyBook, on: NaiveDate) -> Result<Verdict, Refusal> {
    let (_, policy) = policies.graduation(&case.province(), on)?;
    let composition = composition::of(case.members.values(), on);
    let able = composition.able_to_work;
    let met = match (composition.living, able.yes, able.unknown) {
        (0, _, _) | (_, 1.., _) => Some(false),
        (_, 0, 1..) => None,
        (_, 0, 0) => Some(true),
    };
    let judged = Judged {
        criterion: Criterion::NobodyAbleToWork,
        assessment: case.last_complete().map(|it| it.id),
        met,
        found: match (composition.living, able.unknown) {
            (0, _) => "nobody lives there".to_owned(),
            (_, 0) => able.yes.to_string(),
            (_, unknown) => format!("{}, {unknown} unknown", able.yes),
        },
        needed: "0".to_owned(),
        evidence: None,
    };
    Ok(Verdict { policy, line: None, judged: vec![judged], met: met == Some(true) })
}

fn levels(assessment: &Assessment, graduation: &Graduation) -> [Judged; 2] {
    let level = assessment.level;
    let lowest = assessment.capitals.iter().filter_map(|it| it.level).min();
    let judged =
        |criterion, found: Option<events::facts::household::Level>, needed: events::facts::household::Level| Judged {
            criterion,
            assessment: Some(assessment.id),
            met: found.map(|found| found >= needed),
            found: found.map_or("unknown".to_owned(), |found| found.get().to_string()),
            needed: needed.get().to_string(),
            evidence: None,
        };
    [
        judged(Criterion::LevelOverall, level, graduation.level_at_least),
        judged(Criterion::NoCapitalAtLowest, lowest, graduation.capital_at_least),
    ]
}
