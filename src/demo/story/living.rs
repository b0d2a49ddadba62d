//! What becomes of house and people: slips that are mended, papers, families, moves, deaths, another head.

use chrono::Duration;
use events::clock::day_of;
use events::facts::household::{Address, DocumentKind, Kin, MatchedBy, Source, UnassignedBecause};
use events::facts::people::{Relation, ResidenceStatus};
use events::id::{HouseholdId, PersonId};
use events::thai::house_code::HouseCode;
use uuid::Uuid;

use super::Tale;
use crate::demo::chance::Chance;
use crate::demo::plan::DemoError;
use crate::demo::script::{Cursor, MAIN};
use crate::rules::household::Command;
use crate::rules::household::command::{
    AddSource, AssignCaseworker, AttachDocument, ChangeHead, ChangeResidenceStatus, CorrectAddress, CorrectMember,
    GroupFamily, MoveWithinArea, NoteSamePerson, RecordAddress, RecordDeath, RecordHouseCode, RejectSamePerson,
    UnassignCaseworker,
};
use crate::rules::household::place::whereabouts::Whereabouts;

impl Tale<'_> {
    /// In the weeks after a household is found. It draws from a source of its own and comes last, so that it changes
    /// nothing of the rest of the story.
    pub(super) fn is_written_down_better(&mut self, found: Cursor) {
        let mut chance = Chance::of(self.world.root, &format!("written/{}", self.home.number));
        let who = self.caseworker;
        if chance.percent(9) {
            let mut at = after(found, &mut chance, 1, 60);
            let source = chance.pick(&[Source::Neighbour, Source::Volunteer, Source::ReligiousLeader, Source::Lao]);
            let add = AddSource { happened_on: Some(at.day), source };
            self.script.ask(&mut at, who, Command::AddSource(add));
        }
        if chance.percent(7) {
            let mut at = after(found, &mut chance, 2, 50);
            let code = HouseCode::invented(self.home.number);
            // One digit is read wrongly off the house book, now and then.
            let house_code = if chance.percent(15) { misread(code) } else { code };
            let record = RecordHouseCode { happened_on: Some(at.day), house_code };
            self.script.ask(&mut at, who, Command::RecordHouseCode(record));
        }
        if chance.percent(6) {
            let mut at = after(found, &mut chance, 3, 40);
            let address = Some(house(&mut chance));
            let correct = CorrectAddress { happened_on: Some(at.day), address, place: None };
            self.script.ask(&mut at, who, Command::CorrectAddress(Box::new(correct)));
        }
        if chance.percent(10) {
            self.is_documented(found, &mut chance);
        }
        if chance.percent(6) {
            self.is_corrected(found, &mut chance);
        }
        if let Some(before) = self.home.neighbour
            && chance.percent(4)
        {
            self.is_taken_for_another(before, found, &mut chance);
        }
    }

    fn is_documented(&mut self, found: Cursor, chance: &mut Chance) {
        let mut at = after(found, chance, 1, 80);
        let hash = Uuid::new_v5(&self.home.id.0, b"document").as_u128();
        let (kind, title) = chance.pick(&[
            (DocumentKind::HouseRegister, "ทะเบียนบ้าน"),
            (DocumentKind::Photo, "ภาพถ่ายหน้าบ้าน"),
            (DocumentKind::IdCard, "สำเนาบัตรประชาชน"),
        ]);
        let attach = AttachDocument {
            document: None,
            happened_on: Some(at.day),
            kind,
            media_type: "image/jpeg".to_owned(),
            size: chance.between(80_000, 4_000_000),
            sha256: format!("{hash:032x}{:032x}", hash.rotate_left(64)),
            title: title.to_owned(),
            about: self.home.member(|_| true).filter(|_| kind == DocumentKind::IdCard).into_iter().collect(),
            referral: None,
        };
        self.script.ask(&mut at, self.caseworker, Command::AttachDocument(attach));
    }

    /// The telephone number was missing.
    fn is_corrected(&mut self, found: Cursor, chance: &mut Chance) {
        let Some(head) = self.home.members.first().map(|it| it.person.clone()) else { return };
        let Some(person) = head.person else { return };
        let mut at = after(found, chance, 2, 30);
        let mut details = head.details;
        details.phone = Some(format!("08{:08}", chance.between(0, 99_999_999)));
        let correct = CorrectMember {
            happened_on: Some(at.day),
            person,
            sex: head.sex,
            relation: head.relation,
            residence: head.residence,
            details,
        };
        self.script.ask(&mut at, self.caseworker, Command::CorrectMember(Box::new(correct)));
    }

    /// Two people with like names, in this household and the one found before it.
    fn is_taken_for_another(&mut self, before: u32, found: Cursor, chance: &mut Chance) {
        let Some(person) = self.home.member(|_| true) else { return };
        let household = HouseholdId::derived(self.world.root, &format!("household/{before}"));
        let other = PersonId::derived(household.0, "person/1");
        let mut at = after(found, chance, 5, 50);
        let note = NoteSamePerson { happened_on: Some(at.day), person, household, other, by: MatchedBy::NameAndBirth };
        self.script.ask(&mut at, self.operations, Command::NoteSamePerson(note));
        if chance.percent(55) {
            at.later(chance.between(2, 25));
            let reject = RejectSamePerson { happened_on: Some(at.day), person, household, other };
            self.script.ask(&mut at, self.operations, Command::RejectSamePerson(reject));
        }
    }

    /// While work goes on, and at the end of all that is told.
    pub(super) fn lives_on(&mut self, found: Cursor) -> Result<(), DemoError> {
        let mut chance = Chance::of(self.world.root, &format!("living/{}", self.home.number));
        let person = |it: &crate::demo::family::Member| it.person.person;
        if self.home.members.len() >= 4 && chance.percent(12) {
            let mut at = after(found, &mut chance, 3, 30);
            let half = self.home.members.len() / 2;
            let members: Vec<_> = self.home.members.iter().take(half).filter_map(person).collect();
            let group = GroupFamily { happened_on: Some(at.day), family: None, members };
            self.script.ask(&mut at, self.caseworker, Command::GroupFamily(group));
        }
        if chance.percent(5) {
            self.waits_for_a_caseworker(found, &mut chance)?;
        }
        if chance.percent(4) {
            self.moves_house(found, &mut chance);
        }
        let goes = self.home.member(|it| matches!(it.person.relation, Relation::Parent | Relation::Grandchild));
        if let Some(person) = goes.filter(|_| chance.percent(7)) {
            let mut at = after(found, &mut chance, 60, 400);
            let residence = chance.pick(&[ResidenceStatus::RegisteredOnly, ResidenceStatus::LivingOnly]);
            let change = ChangeResidenceStatus { happened_on: Some(at.day), person, residence };
            self.script.ask(&mut at, self.caseworker, Command::ChangeResidenceStatus(change));
        }
        self.head_dies(&mut chance);
        Ok(())
    }

    /// The caseworker is away for some weeks.
    fn waits_for_a_caseworker(&mut self, found: Cursor, chance: &mut Chance) -> Result<(), DemoError> {
        let mut at = after(found, chance, 20, 300);
        let unassign = UnassignCaseworker { happened_on: Some(at.day), because: UnassignedBecause::NotAtWork };
        self.script.ask(&mut at, self.supervisor, Command::UnassignCaseworker(unassign));
        at.later(chance.between(4, 40));
        let caseworker = self.world.staff.caller(self.caseworker)?.staff;
        let assign = AssignCaseworker { happened_on: Some(at.day), caseworker };
        self.script.ask(&mut at, self.supervisor, Command::AssignCaseworker(assign));
        Ok(())
    }

    /// To another village of the tambon; its house number is often noted later.
    fn moves_house(&mut self, found: Cursor, chance: &mut Chance) {
        let mut at = after(found, chance, 50, 400);
        let lao = Some(self.lao.code);
        let place = Whereabouts { tambon: self.lao.tambon, moo: Some(chance.between(13, 16)), lao };
        let address = chance.percent(25).then(|| house(chance));
        let known = address.is_some();
        let moved = MoveWithinArea { happened_on: Some(at.day), place, address };
        self.script.ask(&mut at, self.caseworker, Command::MoveWithinArea(Box::new(moved)));
        if !known {
            at.later(chance.between(2, 30));
            let record = RecordAddress { happened_on: Some(at.day), address: house(chance) };
            self.script.ask(&mut at, self.caseworker, Command::RecordAddress(Box::new(record)));
        }
    }

    /// An old head dies after all that is told. Who lived alone leaves no household behind.
    fn head_dies(&mut self, chance: &mut Chance) {
        let Some(head) = self.home.members.first() else { return };
        let alone = self.home.members.len() == 1;
        let (Some(person), Some(last)) = (head.person.person, self.script.last_at()) else { return };
        if head.age < 60 || !chance.percent(if alone { 30 } else { 16 }) {
            return;
        }
        let mut at = Cursor { day: day_of(last) + Duration::days(chance.between(4, 90)), recorded: last, thread: MAIN };
        let death = RecordDeath { happened_on: Some(at.day), person };
        self.script.ask_late(&mut at, chance.between(0, 6), self.caseworker, Command::RecordDeath(death));
        let next = self.home.member(|it| it.person.relation == Relation::Spouse);
        if let Some(person) = next {
            at.later(chance.between(7, 40));
            let kin = self.home.member(|it| it.person.relation == Relation::Parent);
            let relations = kin.map(|person| Kin { person, relation: Relation::Relative }).into_iter().collect();
            let change = ChangeHead { happened_on: Some(at.day), person, relations };
            self.script.ask(&mut at, self.caseworker, Command::ChangeHead(change));
        }
    }
}

/// So many days after a household was found.
fn after(found: Cursor, chance: &mut Chance, least: i64, most: i64) -> Cursor {
    let mut at = found;
    at.later(chance.between(least, most));
    at
}

/// A code whose check digit does not fit.
fn misread(code: HouseCode) -> HouseCode {
    let mut digits = code.plain();
    let last = if digits.pop() == Some('7') { '8' } else { '7' };
    digits.push(last);
    HouseCode::parse(&digits).map_or(code, |(misread, _)| misread)
}

fn house(chance: &mut Chance) -> Address {
    let house_no = Some(format!("{}/{}", chance.between(1, 240), chance.between(1, 9)));
    Address { house_no, ..Address::default() }
}
