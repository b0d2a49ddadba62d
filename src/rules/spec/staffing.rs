//! Somebody always administers, and a role holds where and as long as it was granted.

use events::facts::staff::Scope;
use events::id::StaffId;
use serde_json::{Value, json};

use super::form::with;
use super::story::{Story, day, id};
use crate::rules::staff::{GrantRole, Join, Leave, Of, RevokeRole, Staff, within};
use crate::rules::{Asked, Refusal};

/// Who asks in these specs.
const ANNA: u128 = 0xD1;
/// Somebody else.
const BEN: u128 = 0xD2;

fn read<T: serde::de::DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).unwrap()
}

fn asked(story: &Story, actor: u128) -> Asked<'_> {
    Asked { actor: StaffId(id(actor)), ..story.asked() }
}

/// Somebody who joined and was granted these roles, one after the other.
fn staff(story: &Story, n: u128, grants: &[Value]) -> Staff {
    let mut staff = Staff::default();
    let join: Join = read(json!({"details": {"name": "เจ้าหน้าที่ ตัวอย่าง"}}));
    let nobody = Staff::default();
    for fact in join.decide(&staff, StaffId(id(n)), &asked(story, 0xD0)).unwrap() {
        staff.evolve(&fact);
    }
    for grant in grants {
        let grant: GrantRole = read(grant.clone());
        let of = Of { id: StaffId(id(n)), asker: &nobody };
        for fact in grant.decide(&staff, of, &asked(story, 0xD0)).unwrap() {
            staff.evolve(&fact);
        }
    }
    staff
}

fn administrator() -> Value {
    json!({"role": "administrator", "scope": {"areas": ["46"]}})
}

fn until(body: Value, on: &str) -> Value {
    with(body, json!({"until": on}))
}

#[test]
fn nobody_ends_her_own_administration_by_what_she_grants_herself() {
    let story = Story::begins("2026-01-05");
    let by_token = staff(&story, ANNA, &[]);
    let grant = |body: Value, staff: &Staff| {
        let grant: GrantRole = read(body);
        grant.decide(staff, Of { id: StaffId(id(ANNA)), asker: staff }, &asked(&story, ANNA))
    };
    // A first grant ends what the token alone allowed.
    assert_eq!(grant(until(administrator(), "2026-02-01"), &by_token), Err(Refusal::OwnAdministration));
    let other = json!({"role": "caseworker", "scope": {"areas": ["4609"]}});
    assert_eq!(grant(other.clone(), &by_token), Err(Refusal::OwnAdministration));
    assert_eq!(grant(administrator(), &by_token).unwrap().len(), 1);
    // With an administration of her own she may take on anything beside it.
    let granted = staff(&story, ANNA, &[administrator()]);
    assert_eq!(grant(until(administrator(), "2026-02-01"), &granted).unwrap().len(), 1);
    assert_eq!(grant(other, &granted).unwrap().len(), 1);
}

#[test]
fn whoever_takes_an_administration_away_has_one_without_an_end() {
    let story = Story::begins("2026-01-05");
    let asked = asked(&story, ANNA);
    let for_good = staff(&story, ANNA, &[administrator()]);
    let stand_in = staff(&story, ANNA, &[until(administrator(), "2026-02-01")]);
    let ben = staff(&story, BEN, &[administrator()]);
    let new = staff(&story, BEN, &[]);
    let of = |asker| Of { id: StaffId(id(BEN)), asker };
    let revoke: RevokeRole = read(json!({"role": "administrator"}));
    let first: GrantRole = read(json!({"role": "caseworker", "scope": {"areas": ["4609"]}}));
    let refused = Err(Refusal::AdministrationEnds);
    assert_eq!(revoke.decide(&ben, of(&stand_in), &asked), refused);
    assert_eq!(Leave::default().decide(&ben, of(&stand_in), &asked), refused);
    assert_eq!(first.decide(&new, of(&stand_in), &asked), refused, "the token may be an administrator's");
    assert_eq!(revoke.decide(&ben, of(&for_good), &asked).unwrap().len(), 1);
    assert_eq!(Leave::default().decide(&ben, of(&for_good), &asked).unwrap().len(), 1);
    assert_eq!(first.decide(&new, of(&for_good), &asked).unwrap().len(), 1);
    // Another stand-in's administration ends anyway, and other roles are nobody's last.
    let short = staff(&story, BEN, &[until(administrator(), "2026-03-01")]);
    assert_eq!(revoke.decide(&short, of(&stand_in), &asked).unwrap().len(), 1);
    assert_eq!(first.decide(&ben, of(&stand_in), &asked).unwrap().len(), 1);
    // Nobody takes her own away, whatever it is.
    let own = Of { id: StaffId(id(ANNA)), asker: &for_good };
    assert_eq!(revoke.decide(&for_good, own, &asked), Err(Refusal::OwnAdministration));
    assert_eq!(Leave::default().decide(&for_good, own, &asked), Err(Refusal::OwnAdministration));
}

#[test]
fn a_token_reaches_no_further_than_the_grants_of_its_role() {
    let story = Story::begins("2026-01-05");
    let caseworker = |areas: &[&str]| json!({"role": "caseworker", "scope": {"areas": areas}});
    let nobody = staff(&story, ANNA, &[]);
    assert_eq!(nobody.granted("caseworker", day("2026-01-05")), None, "only the token says");
    let anna = staff(&story, ANNA, &[caseworker(&["460901", "4602"]), until(caseworker(&["4610"]), "2026-02-01")]);
    let scope = |areas: &[&str]| Scope { areas: areas.iter().map(|it| it.parse().unwrap()).collect(), laos: vec![] };
    let token = scope(&["4609", "460201", "4610", "4611"]);
    let now = |on: &str| within(&token, &anna.granted("caseworker", day(on)).unwrap());
    assert_eq!(now("2026-02-01"), scope(&["460201", "460901", "4610"]));
    assert_eq!(now("2026-02-02"), scope(&["460201", "460901"]));
    assert_eq!(within(&token, &anna.granted("supervisor", day("2026-01-05")).unwrap()), Scope::default());
    let lao = |codes: &[&str]| Scope { areas: vec![], laos: codes.iter().map(|it| it.parse().unwrap()).collect() };
    assert_eq!(within(&lao(&["4690001", "4690002"]), &[&lao(&["4690002", "4690003"])]), lao(&["4690002"]));
}
