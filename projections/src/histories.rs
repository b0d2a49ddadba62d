//! Random plausible histories for tests: households that are found, visited, referred, helped, corrected.
//!
//! Nothing here is a rule. It only keeps to what every log holds: a referral is made before it is answered, a fact that is
//! taken back stands before, and every `after` follows from the facts that are left.

mod help;
mod leaving;
mod people;
mod taking_back;
mod voice;
mod waiting;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use events::area::Place;
use events::case_no::CaseNo;
use events::clock;
use events::facts::Fact;
use events::facts::agency::{AgencyEvent, AgencyKind, AgencyRegistered, CapacitySet, ServiceOffered};
use events::facts::case::{After, ClosedAs, DueWhat, NextDue, PolicyRef, Stage, Standing};
use events::facts::household::*;
use events::facts::people::{
    Composition, Education, Health, PersonDetails, Relation, ResidenceStatus, Sex, Tally, Work,
};
use events::id::*;
use events::log::StreamId;
use events::metadata::{Channel, Metadata};
use events::recorded::Occurrence;
use events::sealed::{Sealed, Subject};
use events::thai::citizen_id::CitizenId;
use events::thai::date::PartialDate;
use proptest::prelude::*;
use uuid::Uuid;

use self::voice::{asked, missed};

use self::waiting::waited_for;

pub(crate) const PLACES: [(&str, Option<&str>); 4] =
    [("460901", Some("46090001")), ("460902", Some("46090001")), ("460201", Some("46020001")), ("460202", None)];
pub(crate) const SERVICES: [&str; 2] = ["house_repair", "cash"];
pub(crate) const GIVEN: [&str; 6] = ["สมหญิง", "สมศักดิ์", "บุญเลี้ยง", "แก้วมณี", "สุภาพร", "ประเสริฐ"];
pub(crate) const FAMILY: [&str; 3] = ["ใจดี", "ศรีสุข", "แสนคำ"];

pub(crate) const BIRTHS: [Option<&str>; 5] =
    [Some("1961"), Some("1961-04-13"), Some("1961-04"), Some("1970-01-01"), None];

/// One thing that happens: what, to which household, and how much later.
pub(crate) type Choice = (u8, u16, u16);

/// Choices for a history.
pub(crate) fn choices(most: usize) -> impl Strategy<Value = Vec<Choice>> {
    prop::collection::vec((any::<u8>(), any::<u16>(), 0_u16..60), 1..most)
}

pub(crate) fn agency(n: u16) -> AgencyId {
    AgencyId(Uuid::from_u128(0xA6 << 64 | u128::from(n % 3)))
}

pub(crate) fn household(n: usize) -> HouseholdId {
    HouseholdId(Uuid::from_u128(0x40 << 64 | n as u128))
}

pub(crate) fn person(household: usize, n: usize) -> PersonId {
    PersonId(Uuid::from_u128(0x9E << 64 | (household as u128) << 32 | n as u128))
}

#[derive(Default)]
struct Told {
    facts: Vec<HouseholdEvent>,
    retracted: BTreeSet<u64>,
}

impl Told {
    /// The facts that stand.
    fn standing(&self) -> impl DoubleEndedIterator<Item = (u64, &HouseholdEvent)> {
        let numbered = self.facts.iter().enumerate().map(|(before, fact)| (before as u64 + 1, fact));
        numbered.filter(|(sequence, _)| !self.retracted.contains(sequence))
    }

    fn after(&self) -> After {
        let real = self.standing().filter(|(_, fact)| !matches!(fact, HouseholdEvent::FactRetracted(_)));
        real.rev().find_map(|(_, fact)| fact.after()).unwrap()
    }

    fn members(&self) -> BTreeMap<PersonId, bool> {
        let mut members = BTreeMap::new();
        for (_, fact) in self.standing() {
            if let HouseholdEvent::MemberJoined(it) = fact {
                members.insert(it.person, true);
            }
            if let HouseholdEvent::MemberLeft(it) = fact {
                members.insert(it.person, false);
            }
            if let HouseholdEvent::MemberDied(it) = fact {
                members.insert(it.person, false);
            }
        }
        members
    }

    fn place(&self) -> Place {
        self.standing().rev().find_map(|(_, fact)| fact.place()).unwrap()
    }

    /// Where the household lives, if a retraction changed that: the fact taken back is known by now.
    fn moved_back(&self, from: Place) -> Option<Place> {
        Some(self.place()).filter(|place| *place != from)
    }

    fn composition(&self) -> Composition {
        let living = u16::try_from(self.members().values().filter(|there| **there).count()).unwrap();
        let tally = |n: u16| Tally { yes: u16::from(n % 3 == 1), unknown: u16::from(n % 3 == 2) };
        Composition {
            living,
            // Some stand in the register who live elsewhere.
            registered: living + living % 2,
            disabled: tally(living),
            without_id_card: tally(living / 2),
            elderly_only: [Some(true), Some(false), None][usize::from(living % 3)],
            sex_of_head: [Sex::Female, Sex::Male, Sex::Unknown][usize::from(living % 3)],
            ..Composition::empty()
        }
    }

    /// Referrals by where they are: 0 to answer, 1 to deliver, 2 ended, 3 sent back.
    fn referrals(&self) -> BTreeMap<ReferralId, u8> {
        let mut states = BTreeMap::new();
        for (_, fact) in self.standing() {
            match fact {
                HouseholdEvent::ReferralMade(it) => states.insert(it.referral, 0),
                HouseholdEvent::ReferralAccepted(it) => states.insert(it.referral, 1),
                HouseholdEvent::ReferralDeclined(it) => states.insert(it.referral, 2),
                HouseholdEvent::ReferralReturned(it) => states.insert(it.referral, 3),
                HouseholdEvent::AcceptanceTakenBack(it) => states.insert(it.referral, 0),
                HouseholdEvent::ReferralResubmitted(it) => states.insert(it.referral, 0),
                HouseholdEvent::ReferralRerouted(it) => states.insert(it.referral, 0),
                HouseholdEvent::ReferralCompleted(it) => states.insert(it.referral, 2),
                HouseholdEvent::ReferralWithdrawn(it) => states.insert(it.referral, 2),
                _ => None,
            };
        }
        states
    }
}

/// The log's events that follow from choices.
pub(crate) fn tell(choices: &[Choice]) -> Vec<Occurrence> {
    let mut world = World { events: Vec::new(), now: clock::start_of(day(0)), sequences: BTreeMap::new() };
    world.agencies();
    let mut households: Vec<Told> = Vec::new();
    for (nth, (what, which, hours)) in choices.iter().enumerate() {
        world.now += Duration::hours(i64::from(*hours));
        if what % 24 == 23 {
            world.lines(*which);
        } else if households.is_empty() || what % 24 == 0 {
            let told = found(&mut world, households.len(), *which);
            households.push(told);
        } else {
            let number = usize::from(*which) % households.len();
            happens(&mut world, &mut households[number], number, nth, *what, *which);
        }
    }
    world.events
}

struct World {
    events: Vec<Occurrence>,
    now: DateTime<Utc>,
    sequences: BTreeMap<StreamId, u64>,
}

impl World {
    fn record(&mut self, stream: StreamId, fact: Fact) {
        let sequence = self.sequences.entry(stream.clone()).or_default();
        *sequence += 1;
        let position = self.events.len() as u64 + 1;
        let (sequence, recorded_at) = (*sequence, self.now);
        self.events.push(Occurrence { position, recorded_at, stream, sequence, fact });
    }

    fn tell(&mut self, told: &mut Told, number: usize, fact: HouseholdEvent) {
        told.facts.push(fact.clone());
        let stream = StreamId::new(HOUSEHOLD, household(number).to_string());
        self.record(stream, Fact::Household(Box::new(fact)));
    }

    fn agencies(&mut self) {
        for n in 0..2 {
            let stream = StreamId::new("agency", agency(n).to_string());
            let registered = AgencyRegistered {
                happened_on: day(0),
                name_th: format!("หน่วยงาน {n}"),
                name_en: format!("Agency {n}"),
                kind: AgencyKind::State,
                areas: Vec::new(),
                contact: None,
            };
            self.record(stream.clone(), Fact::Agency(AgencyEvent::AgencyRegistered(registered)));
            for service in SERVICES {
                let offered = ServiceOffered {
                    happened_on: day(0),
                    service: service.to_owned(),
                    name_th: service.to_owned(),
                    name_en: service.to_owned(),
                    capital: Capital::Physical,
                    dimension: Dimension::Living,
                };
                self.record(stream.clone(), Fact::Agency(AgencyEvent::ServiceOffered(offered)));
            }
            let set = CapacitySet { happened_on: day(0), service: SERVICES[0].to_owned(), places: Some(10) };
            self.record(stream, Fact::Agency(AgencyEvent::CapacitySet(set)));
        }
    }

    fn lines(&mut self, pick: u16) {
        let stream = StreamId::new("policy", "poverty_line/46");
        let version = u32::try_from(self.sequences.get(&stream).copied().unwrap_or_default()).unwrap() + 1;
        self.record(stream, Fact::Policy(help::lines(self.today(), version, pick)));
    }

    fn today(&self) -> NaiveDate {
        clock::day_of(self.now)
    }
}

fn found(world: &mut World, number: usize, which: u16) -> Told {
    let (tambon, lao) = PLACES[usize::from(which) % PLACES.len()];
    let place = Place::new(tambon.parse().unwrap(), Some(which % 9 + 1), lao.map(|lao| lao.parse().unwrap())).unwrap();
    let mut told = Told::default();
    let on = world.today();
    let identified = HouseholdIdentified {
        happened_on: on - Duration::days(i64::from(which % 40)),
        place,
        sources: vec![Source::Neighbour],
        basis: LegalBasis::PublicTask,
        address: None,
        wrong_check_digit: which.is_multiple_of(7),
        retired_area: which.is_multiple_of(9).then(|| "460303".parse().unwrap()),
        origin: None,
        after: after(Stage::Identified, Standing::Open),
        next_due: Some(due(DueWhat::FirstVisit, on, 14)),
    };
    world.tell(&mut told, number, HouseholdEvent::HouseholdIdentified(identified));
    let case_no = CaseNo::new(46, u32::try_from(number).unwrap() + 1).unwrap();
    world.tell(&mut told, number, HouseholdEvent::CaseNumberAssigned(CaseNumberAssigned { case_no }));
    told
}

fn happens(world: &mut World, told: &mut Told, number: usize, nth: usize, what: u8, pick: u16) {
    let on = world.today();
    let now = told.after();
    let is_open = now.standing.is_open();
    let idle = now.stage < Stage::Referred; // a closing ends open work first
    let id = Uuid::from_u128(0xF0 << 64 | nth as u128);
    let waiting = |wanted: u8| {
        let all: Vec<_> = told.referrals().into_iter().filter(|(_, state)| *state == wanted).collect();
        (!all.is_empty()).then(|| all[usize::from(pick) % all.len()].0)
    };
    let fact = match what % 24 {
        1 => Some(joined(told, number, on, pick)),
        2 => told.members().into_iter().find(|(_, there)| *there).map(|(person, _)| {
            let mut composition = told.composition();
            composition.living -= 1;
            composition.registered -= 1;
            let because = LeftBecause::MovedOut;
            HouseholdEvent::MemberLeft(MemberLeft { happened_on: on, person, because, composition })
        }),
        3 if is_open => {
            let next_due = Some(due(DueWhat::Assessment, on, 30));
            let after = After { stage: now.stage.max(Stage::Verified), ..now };
            Some(HouseholdEvent::HouseholdVerified(HouseholdVerified {
                happened_on: on,
                heard: heard(on),
                after,
                next_due,
            }))
        }
        4 if is_open && idle && pick.is_multiple_of(7) => {
            let after = After { standing: Standing::Closed(ClosedAs::Merged), ..now };
            let (into, because) = (household(0), MergedBecause::Other);
            Some(HouseholdEvent::HouseholdMerged(HouseholdMerged { happened_on: on, into, because, beside: 0, after }))
        }
        // A merge is undone now and then.
        4 if !is_open && (now.standing != Standing::Closed(ClosedAs::Merged) || pick.is_multiple_of(9)) => {
            let after = After { standing: Standing::Open, episode: now.episode + 1, ..now };
            let (because, was, next_due) =
                (ReopenedBecause::Appeal, now.standing, Some(due(DueWhat::FirstVisit, on, 14)));
            let (assessment, check, words) = (None, None, None);
            let it = CaseReopened { happened_on: on, because, was, assessment, check, words, after, next_due };
            Some(HouseholdEvent::CaseReopened(it))
        }
        4 if is_open && idle && pick.is_multiple_of(2) => {
            let after = After { standing: Standing::Closed(ClosedAs::NotPoor), ..now };
            Some(HouseholdEvent::FoundNotPoor(FoundNotPoor { happened_on: on, heard: heard(on), after }))
        }
        4 if is_open && idle && pick % 6 < 5 => Some(leaving::left(on, now, pick / 3)),
        5 if is_open => Some(assessed(on, now, id, pick)),
        6 | 7 if is_open => Some(waiting::made(id, on, now, pick)),
        8 => waiting(0).map(|referral| {
            let (deliver_by, sla) = (on + Duration::days(30), policy("sla/46"));
            HouseholdEvent::ReferralAccepted(ReferralAccepted {
                referral,
                happened_on: on,
                deliver_by,
                sla,
                holidays: None,
            })
        }),
        9 => waiting(0).map(|referral| match pick % 4 {
            0 => {
                let reason = DeclineReason::NoCapacity;
                HouseholdEvent::ReferralDeclined(ReferralDeclined { referral, happened_on: on, reason, words: None })
            }
            1 => {
                let reason = ReturnReason::DocumentMissing;
                HouseholdEvent::ReferralReturned(ReferralReturned { referral, happened_on: on, reason, words: None })
            }
            2 => HouseholdEvent::ResponseOverdue(ResponseOverdue { referral, agency: agency(0), respond_by: on }),
            _ => {
                let because = WithdrawnBecause::NotWanted;
                HouseholdEvent::ReferralWithdrawn(ReferralWithdrawn {
                    referral,
                    happened_on: on,
                    because,
                    wish_of: None,
                })
            }
        }),
        10 => waiting(1).map(|referral| {
            let outcome = ReferralOutcome::Met;
            HouseholdEvent::ReferralCompleted(ReferralCompleted { referral, happened_on: on, outcome })
        }),
        11 => Some(voice::assigned_or_looked_for(on, pick)),
        15 if !pick.is_multiple_of(3) => people::change(told, number, on, pick),
        12 | 13 => {
            told.retractable(pick).map(|(sequence, fact)| (sequence, fact.schema().name)).map(|(sequence, name)| {
                let from = told.place();
                told.retracted.insert(sequence);
                HouseholdEvent::FactRetracted(FactRetracted {
                    sequence,
                    event_type: name.to_owned(),
                    reason: RetractReason::Mistake,
                    after: told.after(),
                    composition: told.composition(),
                    next_due: Some(due(DueWhat::FollowUp, on, i64::from(pick % 30))),
                    place: told.moved_back(from),
                    reassess_due: pick.is_multiple_of(2).then(|| due(DueWhat::Reassessment, on, i64::from(pick % 40))),
                })
            })
        }
        14 if pick.is_multiple_of(2) => {
            let wanted = [0, 1, 3][usize::from(pick / 8) % 3];
            waiting(wanted).map(|referral| waited_for(wanted, referral, on, pick))
        }
        14 => Some(asked(told, on, id, pick)),
        15 => missed(told, on),
        more @ 16.. => help::happens(told, on, id, more, pick),
        _ => Some(HouseholdEvent::PanelHeld(PanelHeld {
            panel: PanelId(id),
            happened_on: on,
            attended: 5,
            finding: PanelFinding::Poor,
            remarks: None,
        })),
    };
    if let Some(fact) = fact {
        world.tell(told, number, fact);
    }
}

fn joined(told: &Told, number: usize, on: NaiveDate, pick: u16) -> HouseholdEvent {
    let nth = told.facts.len();
    let person = person(number, nth);
    let details = PersonDetails {
        prefix: pick.is_multiple_of(2).then(|| "นาง".to_owned()),
        given_name: GIVEN[usize::from(pick) % GIVEN.len()].to_owned(),
        family_name: Some(FAMILY[number % FAMILY.len()].to_owned()),
        citizen_id: match pick % 28 {
            // Some stand in two households, under one id.
            26 => Some(CitizenId::invented(2, u32::from(pick / 28) % 3)),
            other if other.is_multiple_of(2) => {
                Some(CitizenId::invented(1, u32::try_from(number * 100 + nth).unwrap()))
            }
            _ => None,
        },
        has_id_card: None,
        birth: BIRTHS[usize::from(pick / 4) % BIRTHS.len()].map(|text| PartialDate::from_iso(text).unwrap()),
        phone: None,
        health: Health::Unknown,
        education: Education::Unknown,
        work: Work::Unknown,
        income_month: None,
        welfare: Vec::new(),
    };
    let mut composition = told.composition();
    composition.living += 1;
    composition.registered += 1;
    HouseholdEvent::MemberJoined(MemberJoined {
        happened_on: on,
        person,
        sex: Sex::Unknown,
        relation: if told.members().is_empty() { Relation::Head } else { Relation::Child },
        residence: ResidenceStatus::RegisteredAndLiving,
        details: Sealed::open(Subject::new("person", person), "person.details", details),
        wrong_check_digit: false,
        composition,
    })
}

fn assessed(on: NaiveDate, now: After, id: Uuid, pick: u16) -> HouseholdEvent {
    let level = Level::new(u8::try_from(pick % 4).unwrap() + 1).unwrap();
    HouseholdEvent::HouseholdAssessed(HouseholdAssessed {
        assessment: AssessmentId(id),
        // Some surveys are entered late, some are incomplete.
        happened_on: on - Duration::days(i64::from(pick % 30)),
        instrument: if pick.is_multiple_of(11) { "other@1" } else { "pppconnext-37@1" }.to_owned(),
        scoring: policy("scoring/46"),
        answers: Answers::new(),
        capitals: help::capitals(pick),
        overall: (!pick.is_multiple_of(5)).then(|| OverallScore { x: "2.000".to_owned(), level }),
        deprived: Vec::new(),
        money: help::money(pick / 3),
        income_evidence: Evidence::Told,
        after: After { stage: now.stage.max(Stage::Assessed), ..now },
        next_due: Some(due(DueWhat::Referral, on, 14)),
        reassess_due: pick.is_multiple_of(3).then(|| due(DueWhat::Reassessment, on, 20)),
    })
}

fn after(stage: Stage, standing: Standing) -> After {
    After { stage, standing, episode: 1 }
}

fn policy(id: &str) -> PolicyRef {
    PolicyRef { id: id.to_owned(), version: 1 }
}

fn due(what: DueWhat, on: NaiveDate, days: i64) -> NextDue {
    NextDue { what, by: on + Duration::days(days), policy: policy("contact/46") }
}

fn heard(on: NaiveDate) -> Heard {
    Heard {
        visit: VisitId(Uuid::nil()),
        visited_on: on,
        seen: Seen::Poor,
        panel: PanelId(Uuid::nil()),
        panel_on: on,
        finding: PanelFinding::Poor,
    }
}

/// The n-th day of the histories.
pub(crate) fn day(n: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Duration::days(n)
}

pub(crate) fn metadata() -> Metadata {
    Metadata {
        command: CommandId(Uuid::nil()),
        request: None,
        cause: None,
        actor: StaffId(Uuid::nil()),
        role: "caseworker".to_owned(),
        on_behalf_of: None,
        channel: Channel::Demo,
        captured_at: None,
        device: None,
        batch: None,
        row: None,
        reason: None,
        rules: Vec::new(),
        app: "test".to_owned(),
    }
}
