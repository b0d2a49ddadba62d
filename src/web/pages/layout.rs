//! What all pages have around them: the brand, the places of this role, who is signed in, and the way out.

use askama::Template;

use super::assets;
use super::locale::{code, fill, say};
use super::reader::Reader;
use super::words::Html;
use crate::access::{Action, Relation, Role, may};
use crate::rules::household::command::Name;
use crate::web::language::Language;
use crate::web::problem::Problem;
use crate::web::who::Visitor;

/// A place in the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub path: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// The key of its name.
    pub key: &'static str,
}

/// The frame of a page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The language.
    pub language: Language,
    /// The title in the window and at the top on a phone.
    pub title: String,
    /// The places of this role; empty for somebody who is not signed in.
    pub places: Vec<Place>,
    /// The path of the place that this page belongs to.
    pub here: &'static str,
    /// In which role.
    pub role: Option<Role>,
    /// The token of the forms.
    pub token: String,
    /// Where they are, to come back to.
    pub path: String,
    /// Whose page it is: drafts on a device are kept apart by it. Empty for somebody who is not signed in.
    pub account: String,
}

impl Shell {
    /// The frame of a page of somebody who is signed in.
    pub fn of(reader: &Reader, here: &'static str, title: impl Into<String>) -> Self {
        Self {
            language: reader.language,
            title: title.into(),
            places: if reader.session.as_ref().is_none_or(is_whole) { places(reader) } else { Vec::new() },
            here,
            role: Some(reader.caller.role),
            token: reader.token(),
            path: reader.path.clone(),
            account: reader.caller.staff.to_string(),
        }
    }

    /// The frame of what is shown instead of a page.
    pub fn of_visitor(visitor: Visitor, language: Language, path: &str) -> Self {
        Self::of(&Reader::shown_instead(visitor, language, path), "", "")
    }

    /// The frame of a page of nobody in particular.
    pub fn of_nobody(language: Language, title: impl Into<String>) -> Self {
        let (title, path) = (title.into(), "/".to_owned());
        Self {
            language,
            title,
            places: Vec::new(),
            here: "",
            role: None,
            token: String::new(),
            path,
            account: String::new(),
        }
    }

    /// `th` or `en`.
    pub const fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// The text of a key.
    pub fn say(&self, key: &str) -> String {
        say(self.language, key)
    }

    /// The text of a key with one value in it.
    pub fn fill(&self, key: &str, value: impl std::fmt::Display) -> String {
        fill(self.language, key, &[&value.to_string()])
    }

    /// What a code is called.
    pub fn code(&self, of: &str, which: impl AsRef<str>) -> String {
        code(self.language, of, which.as_ref())
    }

    /// Where a file is.
    #[expect(clippy::unused_self, reason = "a template asks its frame for everything")]
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// What the role is called.
    pub fn role_name(&self) -> String {
        self.role.map_or_else(String::new, |role| self.code("Role", role.as_str()))
    }

    /// The tag and the name of the other language.
    pub const fn other(&self) -> (&'static str, &'static str) {
        match self.language {
            Language::Thai => ("en", "English"),
            Language::English => ("th", "ไทย"),
        }
    }
}

fn is_whole(session: &crate::signin::Session) -> bool {
    session.acting.missing == crate::signin::Missing::Nothing
}

const TODAY: Place = Place { path: "/today", icon: "today", key: "place.today" };
const CASES: Place = Place { path: "/cases", icon: "home", key: "place.cases" };
const FOUND: Place = Place { path: "/cases/new", icon: "plus", key: "place.found" };
const REFERRALS: Place = Place { path: "/referrals", icon: "send", key: "place.referrals" };
const OPERATIONS: Place = Place { path: "/operations", icon: "pulse", key: "place.operations" };
const REPORTS: Place = Place { path: "/reports", icon: "document", key: "place.reports" };
const IMPORTS: Place = Place { path: "/imports", icon: "up", key: "place.imports" };
const MODELS: Place = Place { path: "/models", icon: "sprout", key: "place.models" };
const AGENCIES: Place = Place { path: "/agencies", icon: "tray", key: "place.agencies" };
const STAFF: Place = Place { path: "/staff", icon: "people", key: "place.staff" };
const POLICIES: Place = Place { path: "/policies", icon: "seal", key: "place.policies" };
const INBOX: Place = Place { path: "/referrals", icon: "tray", key: "place.inbox" };

/// The places that a reader may go to, the first one first.
pub fn places(reader: &Reader) -> Vec<Place> {
    let role = reader.caller.role;
    let open = |action| may(role, action, Relation::InScope).is_ok();
    let mut all = Vec::new();
    if role == Role::AgencyOfficer {
        return vec![INBOX];
    }
    if open(Action::ListTasks) {
        all.push(TODAY);
    }
    if open(Action::ListHouseholds) {
        all.push(CASES);
    }
    if open(Action::Household(Name::Identify)) {
        all.push(FOUND);
    }
    if open(Action::ListReferrals) {
        all.push(REFERRALS);
    }
    if open(Action::ListReferrals) && open(Action::ReadReports) {
        all.push(OPERATIONS);
    }
    if open(Action::ReadReports) {
        all.push(REPORTS);
    }
    if open(Action::ManageModels) || open(Action::ReadReports) {
        all.push(MODELS);
    }
    if open(Action::ImportFiles) {
        all.push(IMPORTS);
    }
    if open(Action::ManageAgencies) {
        all.push(AGENCIES);
    }
    if open(Action::ManageStaff) {
        all.extend([STAFF, POLICIES]);
    }
    // The operations center begins with what waits, and the auditor and whoever leads with the list.
    if matches!(role, Role::Auditor | Role::Supervisor) {
        all.sort_by_key(|place| place.path != CASES.path);
    }
    if role == Role::Operations {
        all.sort_by_key(|place| place.path != OPERATIONS.path);
    }
    all
}

/// A page that says something and leads on.
#[derive(Debug, Template)]
#[template(path = "notice.html")]
pub struct Notice {
    pub shell: Shell,
    /// What happened.
    pub title: String,
    /// What it means, and what would help.
    pub text: String,
    /// What can't stand, each with where.
    pub errors: Vec<String>,
    /// Where to go on, and the words for it.
    pub on: (String, String),
    /// The request, for whoever looks for it in the service's own log.
    pub request: Option<String>,
}

/// For a role whose pages are not there.
pub fn nothing_here(reader: &Reader) -> Html<Notice> {
    let shell = Shell::of(reader, "", say(reader.language, "empty.role.title"));
    let title = shell.title.clone();
    let text = shell.fill("empty.role.text", shell.role_name());
    let on = (shell.path.clone(), shell.say("empty.role.again"));
    Html(Notice { shell, title, text, errors: Vec::new(), on, request: None })
}

/// A problem as a page. The reader may be nobody.
pub fn of_problem(shell: Shell, problem: &Problem, request: Option<String>) -> Notice {
    let language = shell.language;
    let errors = problem.errors.iter().map(|error| {
        let name = error.pointer.rsplit('/').next().unwrap_or_default();
        format!("{name}: {}", language.of(&error.text))
    });
    let (path, key) = if shell.role.is_some() { ("/", "problem.home") } else { ("/sign-in", "problem.sign_in") };
    Notice {
        title: language.of(&problem.kind.title()).to_owned(),
        text: language.of(&problem.detail).to_owned(),
        errors: errors.collect(),
        on: (path.to_owned(), say(language, key)),
        request,
        shell,
    }
}
