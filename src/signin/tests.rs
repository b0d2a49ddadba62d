//! Coming in and staying in, on a real vault and a clock that stands still.

use chrono::{DateTime, TimeDelta, Utc};
use events::clock::{Clock, SimulatedClock};
use events::facts::staff::{Scope, StaffDetails};
use events::id::{CommandId, StaffId};
use events::log::{Log, OpenLog};
use events::metadata::Channel;
use events::vault::{OpenVault, RootKey, Vault};
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::access::{Caller, Role};
use crate::desk::{Order, StaffCommand, Submission};
use crate::rules::staff::{GrantRole, Join};

const PASSWORD: &str = "correct horse battery";
const CHEAP: Cost = Cost { memory: 64, passes: 1 };
const ADMIN: StaffId = StaffId(Uuid::from_u128(0xAD));

struct Room {
    desk: Desk,
    clock: SimulatedClock,
    _kept: TempDir,
}

impl Room {
    async fn new() -> Self {
        let kept = tempfile::tempdir().unwrap();
        let file = |name: &str| format!("sqlite:{}", kept.path().join(name).display());
        let clock = SimulatedClock::starting("2026-06-01T03:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let how = OpenLog { create: true, clock: Clock::Simulated(clock.clone()) };
        let log = Log::open(&file("log.db"), how).await.unwrap();
        let root = RootKey::from_bytes([7; 32]);
        let vault = Vault::open(&file("vault.db"), &root, log.id(), OpenVault { create: true }).await.unwrap();
        let desk = Desk::open(&log, &vault).await.unwrap();
        Self { desk, clock, _kept: kept }
    }

    fn sign_in(&self) -> SignIn {
        SignIn::at(&self.desk, CHEAP)
    }

    fn later(&self, by: TimeDelta) {
        self.clock.set(self.clock.now() + by);
    }

    async fn give(&self, order: Order) {
        let scope = Scope { areas: vec!["46".parse().unwrap()], laos: Vec::new() };
        let (role, channel) = (Role::Administrator, Channel::Cli);
        let caller = Caller { staff: ADMIN, role, scope, agency: None, channel, request: None };
        let command = CommandId(Uuid::from_u128(rand::random()));
        self.desk.submit(Submission { caller, command, seen: None, order }).await.unwrap();
    }

    /// A member of staff in a role, with an account and a password of their own.
    async fn hired(&self, sign_in: &SignIn, number: u128, role: Role) -> (StaffId, String) {
        let (id, login) = (self.joined(number, role).await, format!("staff{number}"));
        let offered = fresh();
        sign_in.make_account(id, &login, &offered).await.unwrap();
        let first = sign_in.enter(entry(&login, offered.password.shown()), &fresh()).await.unwrap();
        assert_eq!(first.session.acting.missing, Missing::Password);
        sign_in.change_password(&first.session, (offered.password.shown(), PASSWORD), &fresh()).await.unwrap();
        (id, login)
    }

    async fn joined(&self, number: u128, role: Role) -> StaffId {
        let id = StaffId(Uuid::from_u128(number));
        let details =
            StaffDetails { name: "เจ้าหน้าที่ ตัวอย่าง".to_owned(), phone: None };
        let join = StaffCommand::Join(Join { happened_on: None, details, agency: None });
        self.give(Order::Staff { id, command: join }).await;
        let scope = Scope { areas: vec!["4609".parse().unwrap()], laos: Vec::new() };
        let grant = GrantRole { happened_on: None, role: role.as_str().to_owned(), scope, until: None };
        self.give(Order::Staff { id, command: StaffCommand::GrantRole(grant) }).await;
        id
    }
}

fn fresh() -> Fresh {
    Fresh::drawn(&mut rand::rng())
}

fn entry(login: &str, password: &str) -> Entry {
    let (login, password) = (login.to_owned(), password.to_owned());
    Entry { login, password, code: None, role: None, device: Device::Computer, from: None }
}

async fn is_in(sign_in: &SignIn, entered: &Entered) -> bool {
    sign_in.session(entered.secret.shown(), false).await.unwrap().is_some()
}

#[tokio::test]
async fn a_wrong_password_an_unknown_name_and_a_locked_account_are_refused_alike() {
    let room = Room::new().await;
    let sign_in = room.sign_in();
    let (id, login) = room.hired(&sign_in, 1, Role::Caseworker).await;
    let entered = sign_in.enter(entry(" STAFF1 ", PASSWORD), &fresh()).await.unwrap();
    assert_eq!((entered.session.staff, entered.session.acting.role), (id, Role::Caseworker));
    assert_eq!(entered.session.acting.missing, Missing::Nothing);
    assert!(is_in(&sign_in, &entered).await);
    let long = "x".repeat(100_000);
    for (name, password) in
        [(login.as_str(), "wrong horse battery"), ("nobody", PASSWORD), ("ไม่มี", PASSWORD), (&login, &long), ("", "")]
    {
        let refused = sign_in.enter(entry(name, password), &fresh()).await.unwrap_err();
        assert!(matches!(refused, SignInError::Refused), "{name}: {refused:?}");
    }
    sign_in.lock(ADMIN, id).await.unwrap();
    assert!(!is_in(&sign_in, &entered).await, "locking ends what is open, here at once");
    let refused = sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap_err();
    assert!(matches!(refused, SignInError::Refused), "{refused:?}");
    assert!(matches!(sign_in.lock(id, id).await, Err(SignInError::Own)));
    sign_in.unlock(ADMIN, id).await.unwrap();
    sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap();
}

#[tokio::test]
async fn who_guesses_waits_and_a_session_that_is_open_stays() {
    let room = Room::new().await;
    let sign_in = room.sign_in();
    let (_, login) = room.hired(&sign_in, 1, Role::Caseworker).await;
    let entered = sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap();
    for name in [login.as_str(), "nobody"] {
        for _ in 0..4 {
            let refused = sign_in.enter(entry(name, "wrong horse battery"), &fresh()).await.unwrap_err();
            assert!(matches!(refused, SignInError::Refused), "{refused:?}");
        }
        let waits = sign_in.enter(entry(name, PASSWORD), &fresh()).await.unwrap_err();
        assert!(matches!(waits, SignInError::Wait(1..=3)), "{name}: {waits:?}");
    }
    assert!(is_in(&sign_in, &entered).await);
    room.later(TimeDelta::seconds(4));
    sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap();
}

#[tokio::test]
async fn who_approves_needs_a_second_factor_whose_codes_count_once() {
    let room = Room::new().await;
    let (sign_in, node) = (room.sign_in(), room.sign_in());
    let (id, login) = room.hired(&sign_in, 1, Role::Supervisor).await;
    let first = sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap();
    assert_eq!(first.session.acting.missing, Missing::SecondFactor);
    assert!(matches!(sign_in.show_code(&first.session, "123456", &fresh()).await, Err(SignInError::Refused)));
    let phone = fresh();
    let (secret, uri) = sign_in.offer_second_factor(&first.session, &phone).await.unwrap();
    assert!(uri.contains(&secret) && uri.contains(&login));
    let code = |room: &Room| totp::code(&phone.second_factor, room.clock.now());
    let whole = sign_in.show_code(&first.session, &code(&room), &fresh()).await.unwrap();
    assert_eq!(whole.session.acting.missing, Missing::Nothing);
    assert_eq!(whole.session.second_factor, Some(room.clock.now()));
    assert!(!is_in(&sign_in, &first).await && is_in(&sign_in, &whole).await, "the secret is a new one");
    assert!(matches!(sign_in.offer_second_factor(&whole.session, &fresh()).await, Err(SignInError::HasSecondFactor)));

    let with = |code: Option<String>| Entry { code, ..entry(&login, PASSWORD) };
    assert!(matches!(sign_in.enter(with(None), &fresh()).await, Err(SignInError::CodeNeeded)));
    let counted = sign_in.enter(with(Some(code(&room))), &fresh()).await.unwrap_err();
    assert!(matches!(counted, SignInError::Refused), "the code was counted: {counted:?}");
    room.later(TimeDelta::seconds(30));
    // The same code on two nodes at once brings one person in.
    let entries = [with(Some(code(&room))), with(Some(code(&room)))];
    let [one, two] = entries;
    let (here, there) = (fresh(), fresh());
    let (one, other) = tokio::join!(sign_in.enter(one, &here), node.enter(two, &there));
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let wrong = Entry { password: "wrong horse battery".to_owned(), ..with(None) };
    assert!(matches!(sign_in.enter(wrong, &fresh()).await, Err(SignInError::Refused)), "no word of a second factor");

    // Who lost the phone goes to an administrator, and begins anew.
    let offered = fresh();
    sign_in.reset(ADMIN, id, &offered).await.unwrap();
    assert!(!is_in(&sign_in, &whole).await);
    assert!(matches!(sign_in.enter(with(None), &fresh()).await, Err(SignInError::Refused)));
    // Which node the code brought her in at is chance, and so is how often she failed here.
    room.later(TimeDelta::seconds(4));
    let anew = sign_in.enter(entry(&login, offered.password.shown()), &fresh()).await.unwrap();
    assert_eq!(anew.session.acting.missing, Missing::Password);
    assert!(matches!(sign_in.offer_second_factor(&anew.session, &fresh()).await, Err(SignInError::SessionNeeded)));
}

#[tokio::test]
async fn a_password_that_was_handed_out_is_good_for_a_week_and_every_change_opens_a_new_session() {
    let room = Room::new().await;
    let sign_in = room.sign_in();
    let id = room.joined(1, Role::Caseworker).await;
    assert!(matches!(
        sign_in.make_account(StaffId(Uuid::from_u128(9)), "ghost", &fresh()).await,
        Err(SignInError::NoAccount)
    ));
    for wrong in ["ab", "with space", "ก.ไก่", "-dash", &"x".repeat(65)] {
        assert!(matches!(sign_in.make_account(id, wrong, &fresh()).await, Err(SignInError::Name)), "{wrong}");
    }
    let offered = fresh();
    sign_in.make_account(id, "Somsri", &offered).await.unwrap();
    assert!(matches!(sign_in.make_account(id, "another", &fresh()).await, Err(SignInError::HasAccount)));
    let second = room.joined(2, Role::Caseworker).await;
    assert!(matches!(sign_in.make_account(second, "somsri", &fresh()).await, Err(SignInError::Name)));

    let old = offered.password.shown();
    let first = sign_in.enter(entry("somsri", old), &fresh()).await.unwrap();
    let change = async |new: &str| sign_in.change_password(&first.session, (old, new), &fresh()).await;
    assert!(matches!(change("short").await, Err(SignInError::Weak(Weak::Short))));
    assert!(matches!(change("I am somsri of Yang Talat").await, Err(SignInError::Weak(Weak::Name))));
    assert!(matches!(change(old).await, Err(SignInError::Weak(Weak::Same))));
    let wrong = sign_in.change_password(&first.session, ("wrong horse battery", PASSWORD), &fresh()).await;
    assert!(matches!(wrong, Err(SignInError::Refused)));
    let own = change(PASSWORD).await.unwrap();
    assert_eq!(own.session.acting.missing, Missing::Nothing);
    assert!(!is_in(&sign_in, &first).await && is_in(&sign_in, &own).await);

    let offered = fresh();
    sign_in.reset(ADMIN, id, &offered).await.unwrap();
    room.later(TimeDelta::days(8));
    let late = sign_in.enter(entry("somsri", offered.password.shown()), &fresh()).await;
    assert!(matches!(late, Err(SignInError::Refused)));
}

#[tokio::test]
async fn a_session_ends_after_eight_hours_and_on_a_phone_after_a_quarter_of_an_hour_without_use() {
    let room = Room::new().await;
    let sign_in = room.sign_in();
    let (id, login) = room.hired(&sign_in, 1, Role::Caseworker).await;
    let on = async |device| sign_in.enter(Entry { device, ..entry(&login, PASSWORD) }, &fresh()).await.unwrap();
    let (phone, idle, computer) = (on(Device::Phone).await, on(Device::Phone).await, on(Device::Computer).await);
    for _ in 0..3 {
        room.later(TimeDelta::minutes(10));
        assert!(is_in(&sign_in, &phone).await, "it is in use");
    }
    assert!(!is_in(&sign_in, &idle).await && is_in(&sign_in, &computer).await);
    assert!(!sign_in.sessions(id).await.unwrap().iter().any(|it| it.id == idle.session.id));
    room.later(TimeDelta::minutes(14));
    assert!(is_in(&sign_in, &phone).await);
    room.later(TimeDelta::minutes(7 * 60 + 15));
    assert!(is_in(&sign_in, &computer).await);
    room.later(TimeDelta::minutes(1));
    assert!(!is_in(&sign_in, &computer).await);
}

#[tokio::test]
async fn what_is_ended_is_over_here_at_once_and_elsewhere_for_whoever_asks_surely() {
    let room = Room::new().await;
    let (here, there) = (room.sign_in(), room.sign_in());
    let (id, login) = room.hired(&here, 1, Role::Caseworker).await;
    let (one, two) = (
        here.enter(entry(&login, PASSWORD), &fresh()).await.unwrap(),
        here.enter(entry(&login, PASSWORD), &fresh()).await.unwrap(),
    );
    assert!(is_in(&there, &one).await && is_in(&here, &one).await);
    assert!(!here.end_one(StaffId(Uuid::from_u128(77)), one.session.id).await.unwrap(), "somebody else's");
    assert!(here.end_one(id, one.session.id).await.unwrap());
    assert!(!is_in(&here, &one).await && is_in(&here, &two).await);
    assert!(there.session(one.secret.shown(), true).await.unwrap().is_none());
    while is_in(&there, &one).await {
        tokio::task::yield_now().await;
    }
    for wrong in ["", "x", &"x".repeat(43), &"x".repeat(1 << 20), one.secret.shown().get(1..).unwrap()] {
        assert!(here.session(wrong, false).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_token_acts_within_its_owner_s_area_until_it_ends() {
    let room = Room::new().await;
    let sign_in = room.sign_in();
    let (id, login) = room.hired(&sign_in, 1, Role::Caseworker).await;
    let session = sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap().session;
    let wanted = |days, scope: Option<&str>| {
        let scope = scope.map(|area| Scope { areas: vec![area.parse().unwrap()], laos: Vec::new() });
        Wanted { name: "รายงานประจำคืน".to_owned(), days, scope }
    };
    for days in [0, 367] {
        assert!(matches!(sign_in.issue(&session, wanted(days, None), &fresh()).await, Err(SignInError::Token("days"))));
    }
    let unnamed = Wanted { name: "  ".to_owned(), ..wanted(1, None) };
    assert!(matches!(sign_in.issue(&session, unnamed, &fresh()).await, Err(SignInError::Token("name"))));
    let (narrow, sent) = sign_in.issue(&session, wanted(30, Some("460901")), &fresh()).await.unwrap();
    let found = sign_in.token(&sent, false).await.unwrap().unwrap();
    assert_eq!((found.staff, &found.acting.scope), (id, &narrow.acting.scope));
    assert_eq!(found.acting.scope.areas, ["460901".parse().unwrap()]);
    let (wide, _) = sign_in.issue(&session, wanted(30, Some("46")), &fresh()).await.unwrap();
    assert_eq!(wide.acting.scope, session.acting.scope, "no further than its owner");
    assert_eq!(sign_in.tokens(id).await.unwrap().len(), 2);
    for wrong in [&sent[1..], &sent.replace(PREFIX, ""), &format!("{sent}x"), PREFIX, ""] {
        assert!(sign_in.token(wrong, false).await.unwrap().is_none(), "{wrong}");
    }
    assert!(sign_in.end_token(id, wide.id).await.unwrap());
    room.later(TimeDelta::days(30));
    assert!(sign_in.token(&sent, false).await.unwrap().is_none());
    assert!(sign_in.tokens(id).await.unwrap().is_empty());
}

#[tokio::test]
async fn hashes_grow_with_what_they_should_cost() {
    let room = Room::new().await;
    let sign_in = room.sign_in();
    let (id, login) = room.hired(&sign_in, 1, Role::Caseworker).await;
    let cost = async |sign_in: &SignIn| {
        let hash = sign_in.held(id).await.unwrap().account.password;
        hash.split('$').nth(3).unwrap().to_owned()
    };
    assert_eq!(cost(&sign_in).await, "m=64,t=1,p=1");
    let dearer = SignIn::at(&room.desk, Cost { memory: 128, passes: 2 });
    dearer.enter(entry(&login, PASSWORD), &fresh()).await.unwrap();
    assert_eq!(cost(&dearer).await, "m=128,t=2,p=1");
    dearer.enter(entry(&login, PASSWORD), &fresh()).await.unwrap();
}

#[tokio::test]
async fn the_first_administrator_comes_in_once_with_the_token_of_a_file() {
    use std::os::unix::fs::PermissionsExt;
    let (room, dir) = (Room::new().await, tempfile::tempdir().unwrap());
    let (sign_in, path) = (room.sign_in(), dir.path().join(FIRST_FILE));
    let province = "46".parse().unwrap();
    assert!(sign_in.offer_first(&path, province, &fresh()).await.unwrap());
    let token = std::fs::read_to_string(&path).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let restarted = room.sign_in();
    restarted.offer_first(&path, province, &fresh()).await.unwrap();
    let first = async |token: &str, password: &str| restarted.first(token, ("admin", password), None, &fresh()).await;
    assert!(matches!(first(fresh().secret.shown(), PASSWORD).await, Err(SignInError::Refused)));
    assert!(matches!(first(&token, "password1234").await, Err(SignInError::Weak(Weak::Common))));
    let entered = first(&token, PASSWORD).await.unwrap();
    assert_eq!(
        (entered.session.acting.role, entered.session.acting.missing),
        (Role::Administrator, Missing::SecondFactor)
    );
    assert!(!path.exists());
    assert!(matches!(first(&token, PASSWORD).await, Err(SignInError::Refused)), "it counted");
    assert!(matches!(sign_in.first(&token, ("other", PASSWORD), None, &fresh()).await, Err(SignInError::Refused)));
    assert!(!room.sign_in().offer_first(&path, province, &fresh()).await.unwrap());
    assert!(!path.exists());
    let again = sign_in.enter(entry("admin", PASSWORD), &fresh()).await.unwrap();
    assert_eq!(again.session.acting.scope.areas, [province]);
}

#[tokio::test]
async fn a_session_that_was_judged_before_the_lock_makes_nothing_after_it() {
    let room = Room::new().await;
    let sign_in = room.sign_in();
    let (id, login) = room.hired(&sign_in, 1, Role::Caseworker).await;
    let judged = sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap().session;
    sign_in.offer_second_factor(&judged, &fresh()).await.unwrap();
    sign_in.lock(ADMIN, id).await.unwrap();
    let wanted = Wanted { name: "late".to_owned(), days: 1, scope: None };
    let token = sign_in.issue(&judged, wanted, &fresh()).await;
    assert!(matches!(token, Err(SignInError::SessionNeeded)));
    let changed = sign_in.change_password(&judged, (PASSWORD, "another horse stands here"), &fresh()).await;
    assert!(matches!(changed, Err(SignInError::SessionNeeded)));
    let shown = sign_in.show_code(&judged, "000000", &fresh()).await;
    assert!(matches!(shown, Err(SignInError::SessionNeeded)));
    assert!(sign_in.tokens(id).await.unwrap().is_empty() && sign_in.sessions(id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_sign_in_under_way_opens_nothing_once_the_account_is_locked_or_reset() {
    let room = Room::new().await;
    let sign_in = room.sign_in();
    for (number, lock) in [(1, true), (2, false)] {
        let (id, login) = room.hired(&sign_in, number, Role::Caseworker).await;
        let acting = sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap().session.acting;
        let read = sign_in.held(id).await.unwrap().account;
        if lock {
            sign_in.lock(ADMIN, id).await.unwrap();
        } else {
            sign_in.reset(ADMIN, id, &fresh()).await.unwrap();
        }
        let late = sign_in.open((id, &read), acting, Device::Phone, None, &fresh()).await;
        assert!(matches!(late, Err(SignInError::Refused)));
        assert!(sign_in.sessions(id).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_lock_that_is_open_again_still_ended_what_was_under_way() {
    let room = Room::new().await;
    let sign_in = room.sign_in();
    let (id, login) = room.hired(&sign_in, 1, Role::Caseworker).await;
    let entered = sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap().session;
    let read = sign_in.held(id).await.unwrap().account;
    sign_in.lock(ADMIN, id).await.unwrap();
    sign_in.unlock(ADMIN, id).await.unwrap();
    let late = sign_in.open((id, &read), entered.acting.clone(), Device::Phone, None, &fresh()).await;
    assert!(matches!(late, Err(SignInError::Refused)));
    let offered = sign_in.offer_second_factor(&entered, &fresh()).await;
    assert!(matches!(offered, Err(SignInError::SessionNeeded)), "the session was ended: {offered:?}");
    sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap();
}

#[tokio::test]
async fn whoever_has_the_root_key_lets_an_administrator_back_in() {
    let room = Room::new().await;
    let sign_in = room.sign_in();
    let (id, login) = room.hired(&sign_in, 1, Role::Caseworker).await;
    let entered = sign_in.enter(entry(&login, PASSWORD), &fresh()).await.unwrap();
    sign_in.lock(ADMIN, id).await.unwrap();
    let anew = fresh();
    assert!(matches!(sign_in.let_back_in("nobody", &anew).await, Err(SignInError::NoAccount)));
    sign_in.let_back_in(&login, &anew).await.unwrap();
    assert!(!is_in(&sign_in, &entered).await);
    assert!(matches!(sign_in.enter(entry(&login, PASSWORD), &fresh()).await, Err(SignInError::Refused)));
    let again = sign_in.enter(entry(&login, anew.password.shown()), &fresh()).await.unwrap();
    assert_eq!(again.session.acting.missing, Missing::Password);
}
