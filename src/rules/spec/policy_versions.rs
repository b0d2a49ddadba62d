//! Versions of policies: withdrawn, bounded, counted in working days; and a new one judges nobody anew.

use events::facts::case::PolicyRef;
use events::facts::household::{Capital, Dimension, Level};
use events::facts::policy::{
    Answering, ChangeThatCounts, Contact, Crosswalk, DaysCounted, Graduation, Holiday, Holidays, LineForYear,
    PolicyBody, PolicyEvent, PolicyKind, PolicyPublished, PovertyLine, Sla, SlaDays, Threshold,
};
use events::money::Baht;
use serde_json::{Value, json};

use super::after_a_case_closes::with_everything_open;
use super::form::{self, with};
use super::property::resting::otherwise;
use super::story::{STATE, Story, day, id};
use crate::rules::Refusal;
use crate::rules::policy::{Publish, Withdraw, policy_id};
use crate::rules::policy_defaults::defaults;

fn sla(answer_days: u16, counted: DaysCounted) -> PolicyBody {
    let services = [("emergency".to_owned(), SlaDays { answer_days: 1, deliver_days: 1 })].into();
    PolicyBody::Sla(Sla { answer_days, deliver_days: 30, services, counted })
}

fn publish(story: &mut Story, effective_on: &str, body: PolicyBody) -> Result<(), Refusal> {
    story.publish(&Publish { province: "46".to_owned(), effective_on: day(effective_on), body })
}

fn withdraw(story: &mut Story, version: u32, effective_on: Option<&str>) -> Result<usize, Refusal> {
    let effective_on = effective_on.map(day);
    let withdraw = Withdraw { province: "46".to_owned(), kind: PolicyKind::Sla, version, effective_on };
    let facts = withdraw.decide(&story.book, &story.asked())?;
    for fact in &facts {
        story.book.evolve(fact);
    }
    Ok(facts.len())
}

fn answer_days(story: &Story, on: &str) -> (u16, u32) {
    let (days, policy) = story.book.sla("46", day(on), "repair").unwrap();
    (days.answer_days, policy.version)
}

#[test]
fn a_withdrawn_version_holds_until_its_last_day_and_the_one_before_after_it() {
    let mut story = Story::begins("2026-01-05");
    publish(&mut story, "2026-02-01", sla(5, DaysCounted::Calendar)).unwrap();
    assert_eq!(withdraw(&mut story, 2, Some("2026-03-01")), Ok(1));
    assert_eq!(answer_days(&story, "2026-02-28"), (5, 2));
    assert_eq!(answer_days(&story, "2026-03-01"), (7, 1));
    assert_eq!(withdraw(&mut story, 2, Some("2026-04-01")), Ok(0), "it is withdrawn already");
}

#[test]
fn a_withdrawal_takes_effect_tomorrow_at_the_earliest() {
    let mut story = Story::begins("2026-01-05");
    publish(&mut story, "2026-01-06", sla(5, DaysCounted::Calendar)).unwrap();
    story.on("2026-01-10");
    let earliest = day("2026-01-11");
    assert_eq!(withdraw(&mut story, 2, Some("2026-01-10")), Err(Refusal::EffectiveTooEarly { earliest }));
    assert_eq!(withdraw(&mut story, 2, None), Ok(1));
    assert_eq!(answer_days(&story, "2026-01-10"), (5, 2), "today is judged by one version from morning to night");
    assert_eq!(answer_days(&story, "2026-01-11"), (7, 1));
}

#[test]
fn a_version_before_it_holds_can_be_withdrawn_and_the_last_one_cannot() {
    let mut story = Story::begins("2026-01-05");
    assert_eq!(withdraw(&mut story, 1, None), Err(Refusal::OnlyVersion));
    assert_eq!(withdraw(&mut story, 7, None).unwrap_err().code(), "unknown_reference");
    publish(&mut story, "2026-06-01", sla(5, DaysCounted::Calendar)).unwrap();
    assert_eq!(withdraw(&mut story, 1, None), Err(Refusal::OnlyVersion), "the other one does not hold yet");
    assert_eq!(withdraw(&mut story, 1, Some("2026-06-01")), Ok(1));
    assert_eq!(withdraw(&mut story, 2, None), Err(Refusal::OnlyVersion), "the other one ends in June");
    publish(&mut story, "2026-02-01", sla(3, DaysCounted::Calendar)).unwrap();
    assert_eq!(withdraw(&mut story, 2, Some("2026-02-01")), Ok(1));
    assert_eq!(answer_days(&story, "2026-07-01"), (3, 3));
}

#[test]
fn each_date_counted_in_working_days_names_the_list_of_holidays_beside_the_policy() {
    let mut story = Story::assessed();
    publish(&mut story, "2026-01-08", sla(3, DaysCounted::Working)).unwrap();
    story.on("2026-01-08").given("record-need", form::need(1));
    let counted = |fact: &Value| (fact["sla"].clone(), fact["holidays"].clone());
    let both = (json!("sla/46@2"), json!("holidays/46@1"));
    let made = story.when("make-referral", form::refer(1, 1)).fact("ReferralMade");
    assert_eq!((counted(&made), &made["respond_by"]), (both.clone(), &json!("2026-01-13")));
    let back = with(form::referral(1), json!({"reason": "document_missing"}));
    story.given("return-referral", back);
    assert_eq!(counted(&story.when("resubmit-referral", form::referral(1)).fact("ReferralResubmitted")), both);
    assert_eq!(counted(&story.when("accept-referral", form::referral(1)).fact("ReferralAccepted")), both);
    let back = with(form::referral(1), json!({"reason": "no_capacity"}));
    assert_eq!(counted(&story.when("take-back-acceptance", back).fact("AcceptanceTakenBack")), both);
    let elsewhere = json!({
        "referral": id(1), "agency": id(STATE), "service": "clinic", "basis": "public_task", "disclosed": ["names"],
        "reason": "no_answer",
    });
    assert_eq!(counted(&story.when("reroute-referral", elsewhere).fact("ReferralRerouted")), both);
}

#[test]
fn working_days_leave_out_weekends_and_the_holidays_of_the_province() {
    let mut story = Story::begins("2026-01-05");
    publish(&mut story, "2026-02-01", sla(3, DaysCounted::Working)).unwrap();
    let by = |story: &Story, from: &str| story.book.answer_by("46", day(from), "repair").unwrap();
    // Friday 10 April 2026: after the weekend come three days of Songkran.
    let until = by(&story, "2026-04-10");
    assert_eq!((until.by, until.holidays.unwrap().to_string()), (day("2026-04-20"), "holidays/46@1".to_owned()));
    assert_eq!(by(&story, "2026-03-02").by, day("2026-03-05"));
    assert_eq!(by(&story, "2026-03-05").by, day("2026-03-10"), "over a weekend");
    let calendar = by(&story, "2026-01-10");
    assert_eq!((calendar.by, calendar.holidays), (day("2026-01-17"), None), "the version before counts every day");
    let emergency = story.book.deliver_by("46", day("2026-03-06"), "emergency").unwrap();
    assert_eq!(emergency.by, day("2026-03-09"));
    let days = vec![Holiday { on: day("2026-03-03"), name: "วันหยุด".to_owned() }];
    publish(&mut story, "2026-03-01", PolicyBody::Holidays(Holidays { days })).unwrap();
    assert_eq!(by(&story, "2026-03-02").by, day("2026-03-06"));
}

#[test]
fn a_new_version_of_any_policy_judges_no_household_anew() {
    for mut body in defaults() {
        let mut story = with_everything_open();
        let (before, kind) = (story.household.clone(), body.kind());
        otherwise(&mut body);
        let policy = PolicyRef { id: policy_id(kind, "46"), version: 2 };
        let published = PolicyPublished { policy, effective_on: story.today.succ_opt().unwrap(), body };
        story.book.evolve(&PolicyEvent::PolicyPublished(published));
        let version = |story: &Story| story.book.in_force(kind, "46", story.today).unwrap().policy.version;
        assert_eq!(version(&story), 1, "{kind:?}: not today");
        story.today = story.today.succ_opt().unwrap();
        assert_eq!(version(&story), 2, "{kind:?}: from tomorrow on");
        // Only what is asked from now on is judged by it: a note of a promise that was not broken is still refused.
        assert_eq!(super::story::refold(story.household.facts()), before, "{kind:?}: folded anew");
        story.when("note-delivery-overdue", form::referral(9)).refused("delivery_not_yet_overdue");
        assert_eq!(story.household, before, "{kind:?}");
    }
}

#[test]
fn a_fact_names_the_version_it_was_judged_by_and_keeps_it() {
    let mut story = Story::assessed();
    publish(&mut story, "2026-01-08", sla(3, DaysCounted::Calendar)).unwrap();
    story.on("2026-01-08").given("record-need", super::form::need(1));
    let made = story.when("make-referral", super::form::refer(1, 1)).fact("ReferralMade");
    assert_eq!((&made["sla"], &made["respond_by"]), (&"sla/46@2".into(), &"2026-01-11".into()));
    withdraw(&mut story, 2, None).unwrap();
    story.on("2026-01-09");
    let referral = story.case().referrals.values().next().unwrap();
    assert_eq!(referral.respond_by, day("2026-01-11"), "what was promised stays promised");
}

#[test]
fn every_number_of_a_policy_has_bounds() {
    let contact = |first, months: &[u16], attempts| {
        PolicyBody::Contact(Contact {
            first_visit_days: first,
            assessment_days: 30,
            referral_days: 14,
            follow_up_days: 90,
            reassessment_days: 180,
            post_exit_months: months.to_vec(),
            attempts_before_unreachable: attempts,
            complaint_days: None,
        })
    };
    let graduation = |months_apart| {
        let level = |n| Level::new(n).unwrap();
        PolicyBody::Graduation(Graduation { level_at_least: level(3), capital_at_least: level(2), months_apart })
    };
    let line = |year, baht| LineForYear { year, baht: Baht::whole(baht), source: "NESDC".to_owned(), verified: true };
    let lines = |lines: Vec<LineForYear>| PolicyBody::PovertyLine(PovertyLine { lines });
    let threshold = |name: &str, hundredths| {
        let at_least = ChangeThatCounts::Points { hundredths };
        PolicyBody::Threshold(Threshold { name: name.to_owned(), at_least })
    };
    let answering = |indicator: Option<&str>| Answering {
        capital: Capital::Human,
        indicator: indicator.map(ToOwned::to_owned),
        dimension: Dimension::Health,
    };
    let crosswalk = |lines: Vec<Answering>| PolicyBody::Crosswalk(Crosswalk { lines });
    let holiday = |on: &str, name: &str| Holiday { on: day(on), name: name.to_owned() };
    let holidays = |days: Vec<Holiday>| PolicyBody::Holidays(Holidays { days });
    for (body, pointer) in [
        (sla(0, DaysCounted::Calendar), "/body/answer_days"),
        (sla(366, DaysCounted::Working), "/body/answer_days"),
        (contact(0, &[6], 3), "/body/first_visit_days"),
        (contact(1_827, &[6], 3), "/body/first_visit_days"),
        (contact(14, &[12, 6], 3), "/body/post_exit_months/1"),
        (contact(14, &[0], 3), "/body/post_exit_months/0"),
        (contact(14, &[121], 3), "/body/post_exit_months/0"),
        (contact(14, &[6], 0), "/body/attempts_before_unreachable"),
        (contact(14, &[6], 61), "/body/attempts_before_unreachable"),
        (graduation(0), "/body/months_apart"),
        (lines(vec![]), "/body/lines"),
        (lines(vec![line(2024, 0)]), "/body/lines/0/baht"),
        (lines(vec![line(2024, 100_001)]), "/body/lines/0/baht"),
        (lines(vec![line(2024, 1), line(2024, 2)]), "/body/lines/1/year"),
        (threshold("Two Points", 200), "/body/name"),
        (threshold("two_points", 0), "/body/at_least/hundredths"),
        (threshold("two_points", 10_001), "/body/at_least/hundredths"),
        (crosswalk(vec![]), "/body/lines"),
        (crosswalk(vec![answering(None), answering(None)]), "/body/lines/1"),
        (crosswalk(vec![answering(Some("physical.hygiene"))]), "/body/lines/0/indicator"),
        (holidays(vec![holiday("1999-01-01", "ก")]), "/body/days/0/on"),
        (holidays(vec![holiday("2026-01-01", "ก"), holiday("2026-01-01", "ข")]), "/body/days/1/on"),
        (holidays(vec![holiday("2026-01-01", " ")]), "/body/days/0/name"),
    ] {
        let refusal = publish(&mut Story::begins("2026-01-05"), "2026-02-01", body).unwrap_err();
        let Refusal::Fields(errors) = refusal else { panic!("fields are named: {refusal:?}") };
        assert_eq!(errors.iter().map(|it| it.pointer.as_str()).collect::<Vec<_>>(), [pointer]);
    }
}
