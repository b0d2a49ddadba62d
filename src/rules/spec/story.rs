//! The stage of the specs: one household, some agencies and models, and a day that only the spec moves.

use chrono::NaiveDate;
use events::case_no::CaseNo;
use events::clock::start_of;
use events::facts::case::Stage;
use events::facts::household::{Due, HouseholdEvent};
use events::id::{AgencyId, CommandId, HouseholdId, ModelId, StaffId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::form;
use crate::rules::household::command::Name;
use crate::rules::household::people::composition;
use crate::rules::household::{Case, Command, Household};
use crate::rules::policy::{PolicyBook, Publish};
use crate::rules::{Asked, Decision, Needs, Others, Refusal, agency, model, policy_defaults, staff};

/// Somebody of the staff.
pub(crate) const CASEWORKER: u128 = 0xC1;
/// Somebody else of the staff.
pub(crate) const SUPERVISOR: u128 = 0xC2;
/// A state agency of the province: `repair` without limit, `clinic` with two places, `emergency`.
pub(crate) const STATE: u128 = 0xA1;
/// A company of the province that buys.
pub(crate) const COMPANY: u128 = 0xA2;
/// A state agency of another province.
pub(crate) const FAR_AWAY: u128 = 0xA3;
/// A model of Sahatsakhan with two places, for level 2 at most, with somebody able to work.
pub(crate) const MUSHROOMS: u128 = 0xB1;
/// A model of Na Mon.
pub(crate) const PLOTS: u128 = 0xB2;
/// The cycle that runs in both models since 2025-03-01.
pub(crate) const CYCLE: u128 = 0xC0;

/// Another household, where a story has one.
pub(crate) const NEIGHBOUR: u128 = 0x4601;

/// The household of every story.
pub(crate) const HOUSEHOLD: u128 = 0x4600;

/// An id that a spec can write down.
pub(crate) const fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// A day as people of the specs write it.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day is written 2026-01-05")
}

/// One household's story, told command by command.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) today: NaiveDate,
    pub(crate) actor: StaffId,
    pub(crate) household: Household,
    /// Other households of the story.
    pub(crate) households: Vec<(HouseholdId, Household)>,
    pub(crate) agencies: Vec<(AgencyId, agency::Agency)>,
    pub(crate) models: Vec<(ModelId, model::Model)>,
    pub(crate) staff: Vec<(StaffId, staff::Staff)>,
    pub(crate) book: PolicyBook,
    /// The next command's id.
    pub(crate) command: u128,
    target: Uuid,
}

/// What came of a command.
#[derive(Debug)]
pub(crate) struct Then(pub(crate) Result<Decision, Refusal>);

impl Story {
    /// A log with the default policies, the agencies and models above, and nobody in it.
    pub(crate) fn begins(today: &str) -> Self {
        let mut story = Self {
            today: day(today),
            actor: StaffId(id(CASEWORKER)),
            household: Household::default(),
            households: Vec::new(),
            agencies: [STATE, COMPANY, FAR_AWAY].map(|n| (AgencyId(id(n)), agency::Agency::default())).to_vec(),
            models: [MUSHROOMS, PLOTS].map(|n| (ModelId(id(n)), model::Model::default())).to_vec(),
            staff: [CASEWORKER, SUPERVISOR].map(|n| (StaffId(id(n)), staff::Staff::default())).to_vec(),
            book: PolicyBook::default(),
            command: 1,
            target: id(HOUSEHOLD),
        };
        for body in policy_defaults::defaults() {
            story
                .publish(&Publish { province: "46".to_owned(), effective_on: day("2020-01-01"), body })
                .expect("a policy");
        }
        form::furnish(&mut story);
        story
    }

    /// Identified on 2026-01-05 with one woman of 56 who works.
    pub(crate) fn identified() -> Self {
        let mut story = Self::begins("2026-01-05");
        story.given("identify", form::identify());
        story
    }

    /// Visited and heard on 2026-01-06, and verified.
    pub(crate) fn verified() -> Self {
        let mut story = Self::identified();
        story.on("2026-01-06").given("visit-home", json!({"seen": "poor"}));
        story.given("hold-panel", json!({"attended": 12, "finding": "poor"})).given("verify", json!({}));
        story
    }

    /// Assessed on 2026-01-07 at level 1.
    pub(crate) fn assessed() -> Self {
        let mut story = Self::verified();
        story.on("2026-01-07").given("assess", form::assess("lowest"));
        story
    }

    /// With need 1 referred to the state agency's `repair` on 2026-01-08, as referral 1.
    pub(crate) fn referred() -> Self {
        let mut story = Self::assessed();
        story.on("2026-01-08").given("record-need", form::need(1)).given("make-referral", form::refer(1, 1));
        story
    }

    /// And the referral accepted on 2026-01-09.
    pub(crate) fn accepted() -> Self {
        let mut story = Self::referred();
        story.on("2026-01-09").given("accept-referral", form::referral(1));
        story
    }

    /// And help delivered on 2026-01-10.
    pub(crate) fn assisted() -> Self {
        let mut story = Self::accepted();
        story.on("2026-01-10").given("deliver-assistance", form::help());
        story
    }

    /// Goes on with another household of the same log, new or told of before; this one is put aside.
    pub(crate) fn turn_to(&mut self, household: u128) -> &mut Self {
        let aside = std::mem::take(&mut self.household);
        self.households.push((HouseholdId(self.target), aside));
        self.target = id(household);
        if let Some(at) = self.households.iter().position(|(it, _)| it.0 == self.target) {
            self.household = self.households.remove(at).1;
        }
        self
    }

    /// The case of a household that was put aside.
    pub(crate) fn other(&self, household: u128) -> &Case {
        let found = self.households.iter().find(|(it, _)| it.0 == id(household));
        found.and_then(|(_, it)| it.case()).expect("the other household is identified")
    }

    /// Moves the day.
    pub(crate) fn on(&mut self, today: &str) -> &mut Self {
        self.today = day(today);
        self
    }

    /// Somebody else asks from now on.
    pub(crate) fn by(&mut self, staff: u128) -> &mut Self {
        self.actor = StaffId(id(staff));
        self
    }

    /// What must be recorded before the spec begins.
    pub(crate) fn given(&mut self, name: &str, body: Value) -> &mut Self {
        if let Err(refusal) = self.when(name, body).0 {
            panic!("given {name}: {}", refusal.text().en);
        }
        self
    }

    /// Somebody asks, as over the wire.
    pub(crate) fn when(&mut self, name: &str, body: Value) -> Then {
        let name = Name::named(name).unwrap_or_else(|| panic!("no command is called {name}"));
        let command = match name.read(body.to_string().as_bytes()) {
            Ok(command) => command,
            Err(error) => panic!("{name:?} {body}: {error}"),
        };
        self.ask(&command)
    }

    /// Somebody asks. What is decided happens at once.
    pub(crate) fn ask(&mut self, command: &Command) -> Then {
        let decided = self.decide(command);
        self.command += 1;
        if let Ok(decision) = &decided {
            self.happen(decision);
        }
        Then(decided)
    }

    /// What would follow, seeing only the others that the command says it needs.
    pub(crate) fn decide(&self, command: &Command) -> Result<Decision, Refusal> {
        self.decide_by(command, &self.book)
    }

    /// What would follow if these were the policies.
    pub(crate) fn decide_by(&self, command: &Command, book: &PolicyBook) -> Result<Decision, Refusal> {
        let others = self.others(&command.needs(&self.household));
        command.decide(&self.household, &others, &Asked { policies: book, ..self.asked() })
    }

    /// The circumstances of the next command.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            now: start_of(self.today),
            actor: self.actor,
            command: CommandId(id(self.command)),
            target: self.target,
            policies: &self.book,
        }
    }

    fn others(&self, needs: &Needs) -> Others {
        Others {
            households: self.households.iter().filter(|(id, _)| needs.households.contains(id)).cloned().collect(),
            agencies: self.agencies.iter().filter(|(id, _)| needs.agencies.contains(id)).cloned().collect(),
            models: self.models.iter().filter(|(id, _)| needs.models.contains(id)).cloned().collect(),
            staff: self.staff.iter().filter(|(id, _)| needs.staff.contains(id)).cloned().collect(),
            case_no: needs.case_no_of.and_then(|_| CaseNo::new(46, 1)),
        }
    }

    /// Publishes a policy.
    pub(crate) fn publish(&mut self, publish: &Publish) -> Result<(), Refusal> {
        let facts = publish.decide(&self.book, &self.asked())?;
        for fact in &facts {
            self.book.evolve(fact);
        }
        Ok(())
    }

    /// Folds a decision, and holds every fact to what it says the fold comes to.
    pub(crate) fn happen(&mut self, decision: &Decision) {
        for fact in &decision.household {
            self.household.evolve(fact).unwrap_or_else(|surprise| panic!("{surprise}"));
            tells_the_fold(fact, self.case());
        }
        for (id, fact) in &decision.households {
            if !self.households.iter().any(|(it, _)| it == id) {
                self.households.push((*id, Household::default()));
            }
            for (_, other) in self.households.iter_mut().filter(|(it, _)| it == id) {
                other.evolve(fact).unwrap_or_else(|surprise| panic!("{surprise}"));
                tells_the_fold(fact, other.case().expect("the other household is identified"));
            }
        }
        for (id, fact) in &decision.agencies {
            for (_, agency) in self.agencies.iter_mut().filter(|(it, _)| it == id) {
                agency.evolve(fact);
            }
        }
        for (id, fact) in &decision.models {
            for (_, model) in self.models.iter_mut().filter(|(it, _)| it == id) {
                model.evolve(fact);
            }
        }
        assert_eq!(refold(self.household.facts()), self.household, "the fold of the facts is the state that decided");
    }

    /// The case as it stands.
    pub(crate) fn case(&self) -> &Case {
        self.household.case().expect("the household is identified")
    }

    /// The stage and standing that the household must have now.
    pub(crate) fn stands(&self, stage: Stage, standing: &str) {
        assert_eq!((self.case().stage, self.case().standing.as_str()), (stage, standing));
    }

    /// What must be due now, as `first_visit 2026-01-19`; `nothing` when nothing is.
    pub(crate) fn is_due(&self, due: &str) {
        let found = self.case().next_due.as_ref();
        assert_eq!(found.map_or("nothing".to_owned(), |it| format!("{} {}", it.what.as_str(), it.by)), due);
    }

    /// Every date that must run now, the earliest first, written in the same way.
    pub(crate) fn runs(&self, dates: &[&str]) {
        let found: Vec<_> = self.case().clocks().iter().map(|it| format!("{} {}", it.what.as_str(), it.by)).collect();
        assert_eq!(found, dates);
    }

    /// The sequence of the last fact of a name.
    pub(crate) fn sequence_of(&self, name: &str) -> u64 {
        let at = self.household.facts().iter().rposition(|fact| fact.schema().name == name);
        at.unwrap_or_else(|| panic!("no {name} was recorded")) as u64 + 1
    }

    /// The state agency.
    pub(crate) fn service(&self, code: &str) -> &agency::Service {
        self.agencies[0].1.known().and_then(|it| it.service(code)).expect("the service is offered")
    }
}

/// Folds facts from the beginning.
pub(crate) fn refold(facts: &[HouseholdEvent]) -> Household {
    let mut household = Household::default();
    for fact in facts {
        household.evolve(fact).unwrap_or_else(|surprise| panic!("{surprise}"));
    }
    household
}

/// A fact carries what the fold comes to: where the household stands, what is due, who makes it up.
pub(crate) fn tells_the_fold(fact: &HouseholdEvent, case: &Case) {
    let name = fact.schema().name;
    if let Some(after) = fact.after() {
        assert_eq!(after, case.after(), "{name}: where it stands");
    }
    if let Some(place) = fact.place() {
        assert_eq!(place, case.place, "{name}: where it lives");
    }
    if let Due::Set(due) = fact.due() {
        assert_eq!(due, case.next_due.as_ref(), "{name}: what is due");
    }
    if let Due::Set(due) = fact.reassessment() {
        assert_eq!(due, case.reassess_due.as_ref(), "{name}: the next assessment");
    }
    if let Some(carried) = fact.composition() {
        assert_eq!(carried, &case.composition, "{name}: who makes it up");
        if let Some(on) = fact.happened_on() {
            assert_eq!(carried, &composition::of(case.members.values(), on), "{name}: counted anew");
        }
    }
}

impl Then {
    /// What was decided.
    pub(crate) fn decision(self) -> Decision {
        self.0.unwrap_or_else(|refusal| panic!("refused: {refusal}: {}", refusal.text().en))
    }

    /// Exactly these facts of the household.
    pub(crate) fn records(self, names: &[&str]) -> Decision {
        let decision = self.decision();
        let found: Vec<_> = decision.household.iter().map(|fact| fact.schema().name).collect();
        assert_eq!(found, names);
        decision
    }

    /// One fact of the household, as it is stored.
    pub(crate) fn fact(self, name: &str) -> Value {
        let decision = self.decision();
        let fact = decision.household.iter().find(|fact| fact.schema().name == name);
        serde_json::to_value(fact.unwrap_or_else(|| panic!("no {name} in {decision:?}"))).expect("a fact is JSON")
    }

    /// It is already so: nothing is recorded.
    pub(crate) fn changes_nothing(self) {
        assert_eq!(self.decision(), Decision::already_so());
    }

    /// The code of the refusal.
    pub(crate) fn refused(self, code: &str) -> Refusal {
        let refusal = self.0.expect_err("this must be refused");
        assert_eq!(refusal.code(), code, "{refusal:?}");
        refusal
    }

    /// The field that is wrong, and how.
    pub(crate) fn refused_at(self, pointer: &str, code: &str) {
        let Refusal::Fields(errors) = self.refused("invalid_fields") else { panic!("fields must be named") };
        let found: Vec<_> = errors.iter().map(|it| (it.pointer.as_str(), it.code)).collect();
        assert_eq!(found, [(pointer, code)]);
    }
}
