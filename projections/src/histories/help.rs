//! Help, needs, models, incomes and ways out in the random histories, and the poverty lines they are judged by.

use chrono::{Datelike, Duration, NaiveDate};
use events::facts::case::{After, DueWhat, Stage, Standing};
use events::facts::household::*;
use events::facts::policy::{LineForYear, PolicyBody, PolicyEvent, PolicyPublished, PovertyLine};
use events::id::*;
use events::money::Baht;
use uuid::Uuid;

use super::{Told, agency, due, policy};

/// One of the things that happen to a household beside its course.
pub(super) fn happens(told: &Told, on: NaiveDate, id: Uuid, what: u8, pick: u16) -> Option<HouseholdEvent> {
    let now = told.after();
    let is_open = now.standing.is_open();
    match what {
        16 | 17 if is_open => Some(delivered(told, on, now, id, pick)),
        18 => match pick % 3 {
            0 => reversed(told, on, now, pick),
            1 if is_open => Some(enrolled(on, now, pick)),
            _ => None,
        },
        19 => needed(told, on, id, pick),
        20 => Some(match pick % 2 {
            0 => HouseholdEvent::IncomeRecorded(IncomeRecorded {
                happened_on: on - Duration::days(i64::from(pick % 50)),
                money: money(pick / 2),
                evidence: Evidence::Seen,
            }),
            _ => return rescored(told, on, now, pick / 2),
        }),
        21 if is_open && now.stage == Stage::Assisted => Some(leaves(on, now, id, pick)),
        22 if matches!(now.standing, Standing::Graduated | Standing::Sustained) => checked(told, on, id, pick),
        _ => None,
    }
}

fn delivered(told: &Told, on: NaiveDate, now: After, id: Uuid, pick: u16) -> HouseholdEvent {
    let referrals: Vec<_> = told.referrals().into_keys().collect();
    let amount = Baht::from_satang(i64::from(pick) * 37);
    HouseholdEvent::AssistanceDelivered(AssistanceDelivered {
        assistance: AssistanceId(id),
        happened_on: on - Duration::days(i64::from(pick % 45)),
        kind: ["house_repair", "cash", "seed"][usize::from(pick % 3)].to_owned(),
        capital: Capital::ALL[usize::from(pick / 3) % 5],
        dimension: [Dimension::Living, Dimension::Income, Dimension::Health][usize::from(pick / 2) % 3],
        worth: match pick % 4 {
            0 => Worth::InKind { worth: None },
            1 => Worth::InKind { worth: Some(amount) },
            _ => Worth::Baht { amount },
        },
        part_of: None,
        beneficiaries: Vec::new(),
        agency: (!pick.is_multiple_of(3)).then(|| agency(pick / 3 % 2)),
        referral: (pick.is_multiple_of(2) && !referrals.is_empty())
            .then(|| referrals[usize::from(pick) % referrals.len()]),
        model: pick.is_multiple_of(5).then(|| model(pick)),
        after: After { stage: now.stage.max(Stage::Assisted), ..now },
        next_due: Some(due(DueWhat::FollowUp, on, 90)),
    })
}

fn model(pick: u16) -> ModelId {
    ModelId(Uuid::from_u128(0x3D << 64 | u128::from(pick % 2)))
}

/// Help that counts.
fn given(told: &Told) -> Vec<AssistanceId> {
    let mut given = Vec::new();
    for (_, fact) in told.standing() {
        match fact {
            HouseholdEvent::AssistanceDelivered(it) => given.push(it.assistance),
            HouseholdEvent::AssistanceReversed(it) => given.retain(|id| *id != it.assistance),
            _ => {}
        }
    }
    given
}

fn reversed(told: &Told, on: NaiveDate, now: After, pick: u16) -> Option<HouseholdEvent> {
    let given = given(told);
    let assistance = *given.get(usize::from(pick / 3) % given.len().max(1))?;
    let falls = given.len() == 1 && now.stage == Stage::Assisted;
    Some(HouseholdEvent::AssistanceReversed(AssistanceReversed {
        assistance,
        happened_on: on,
        because: ReversedBecause::DidNotArrive,
        after: After { stage: if falls { Stage::Referred } else { now.stage }, ..now },
        next_due: None,
    }))
}

fn enrolled(on: NaiveDate, now: After, pick: u16) -> HouseholdEvent {
    let eligible = Eligible { level: None, able_to_work: 1, capitals: Vec::new(), in_area: true, policy: None };
    HouseholdEvent::ModelEnrolled(ModelEnrolled {
        model: model(pick / 3),
        happened_on: on - Duration::days(i64::from(pick % 20)),
        eligible,
        after: After { stage: now.stage.max(Stage::Referred), ..now },
        next_due: None,
    })
}

fn needed(told: &Told, on: NaiveDate, id: Uuid, pick: u16) -> Option<HouseholdEvent> {
    if pick.is_multiple_of(3) {
        let mut open = Vec::new();
        for (_, fact) in told.standing() {
            match fact {
                HouseholdEvent::NeedRecorded(it) => open.push(it.need),
                HouseholdEvent::NeedClosed(it) => open.retain(|need| *need != it.need),
                _ => {}
            }
        }
        let need = *open.get(usize::from(pick) % open.len().max(1))?;
        let all = [NeedClosedBecause::Met, NeedClosedBecause::NoLonger, NeedClosedBecause::Merged];
        let because = all[usize::from(pick / 3) % 3];
        return Some(HouseholdEvent::NeedClosed(NeedClosed { need, happened_on: on, because }));
    }
    Some(HouseholdEvent::NeedRecorded(NeedRecorded {
        need: NeedId(id),
        happened_on: on - Duration::days(i64::from(pick % 30)),
        capital: Capital::ALL[usize::from(pick) % 5],
        indicator: None,
        person: None,
        priority: 2,
        words: None,
        dimensions: if pick.is_multiple_of(2) { vec![Dimension::Health, Dimension::Access] } else { Vec::new() },
        crosswalk: None,
    }))
}

/// Money of which some is known.
pub(super) fn money(pick: u16) -> MoneyTotals {
    let known = Baht::from_satang(i64::from(pick % 97) * 7_000 - 20_000);
    let residents = pick % 5;
    let net_per_resident_month = (!pick.is_multiple_of(4)).then_some(known);
    MoneyTotals { residents, net_per_resident_month, ..MoneyTotals::default() }
}

/// Levels of the capitals of which some are known.
pub(super) fn capitals(pick: u16) -> Vec<CapitalScore> {
    let level = |nth: u16| Level::new(u8::try_from((pick / (nth + 1)) % 5).unwrap());
    let score = |(capital, nth)| CapitalScore { capital, points: 1, max: 4, answered: 1, items: 1, level: level(nth) };
    Capital::ALL.into_iter().zip(0..).map(score).collect()
}

fn rescored(told: &Told, on: NaiveDate, now: After, pick: u16) -> Option<HouseholdEvent> {
    let known: Vec<_> = told
        .standing()
        .filter_map(|(_, fact)| match fact {
            HouseholdEvent::HouseholdAssessed(it) => Some((it.assessment, it.happened_on)),
            _ => None,
        })
        .collect();
    let (assessment, surveyed_on) = *known.get(usize::from(pick) % known.len().max(1))?;
    let overall = (!pick.is_multiple_of(7)).then(|| OverallScore {
        x: "2.000".to_owned(),
        level: Level::new(u8::try_from(pick % 4).unwrap() + 1).unwrap(),
    });
    Some(HouseholdEvent::AssessmentRescored(AssessmentRescored {
        assessment,
        happened_on: on,
        surveyed_on,
        scoring: policy("scoring/46"),
        before: policy("scoring/46"),
        capitals: capitals(pick),
        overall,
        after: now,
        next_due: None,
    }))
}

fn leaves(on: NaiveDate, now: After, id: Uuid, pick: u16) -> HouseholdEvent {
    let (proposal, approver) = (ProposalId(id), StaffId(Uuid::from_u128(9)));
    let next_due = Some(due(DueWhat::PostExitCheck, on, 180));
    if pick.is_multiple_of(4) {
        let after = After { standing: Standing::Sustained, ..now };
        return HouseholdEvent::SustainedSupportEntered(SustainedSupportEntered {
            proposal,
            happened_on: on,
            approver,
            verdict: None,
            after,
            next_due,
        });
    }
    let after = After { stage: Stage::Graduated, standing: Standing::Graduated, ..now };
    HouseholdEvent::HouseholdGraduated(HouseholdGraduated {
        proposal,
        happened_on: on - Duration::days(i64::from(pick % 9)),
        approver,
        verdict: None,
        after,
        next_due,
    })
}

fn checked(told: &Told, on: NaiveDate, id: Uuid, pick: u16) -> Option<HouseholdEvent> {
    let mut left_on = told.standing().filter_map(|(_, fact)| match fact {
        HouseholdEvent::HouseholdGraduated(it) => Some(it.happened_on),
        HouseholdEvent::SustainedSupportEntered(it) => Some(it.happened_on),
        _ => None,
    });
    let left_on = left_on.next_back()?;
    if pick.is_multiple_of(4) {
        let missed = PostExitCheckMissed { month: 6, by: on, policy: policy("contact/46"), next_due: None };
        return Some(HouseholdEvent::PostExitCheckMissed(missed));
    }
    let all = [ExitFinding::StillOut, ExitFinding::Relapsed, ExitFinding::NotClear];
    Some(HouseholdEvent::PostExitChecked(PostExitChecked {
        visit: VisitId(id),
        happened_on: on,
        month: 6,
        left_on,
        finding: all[usize::from(pick) % 3],
        inputs: ExitInputs {
            net_per_resident_month: None,
            evidence: Evidence::Seen,
            line: None,
            assessment: None,
            level: None,
        },
        policy: None,
        remarks: None,
        next_due: None,
    }))
}

/// A version of the poverty lines, with a line for some years.
pub(super) fn lines(on: NaiveDate, version: u32, pick: u16) -> PolicyEvent {
    let line = |year: i32| LineForYear {
        year,
        baht: Baht::from_satang(250_000 + i64::from(pick % 10) * 10_000 + i64::from(year - 2020) * 5_000),
        source: "test".to_owned(),
        verified: true,
    };
    let years = if pick.is_multiple_of(2) { vec![on.year()] } else { vec![on.year() - 1, on.year() + 1] };
    PolicyEvent::PolicyPublished(PolicyPublished {
        policy: events::facts::case::PolicyRef { id: "poverty_line/46".to_owned(), version },
        effective_on: on + Duration::days(i64::from(pick % 4)),
        body: PolicyBody::PovertyLine(PovertyLine { lines: years.into_iter().map(line).collect() }),
    })
}
