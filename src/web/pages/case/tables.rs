//! What a household has and lacks, as rows: members, needs with what was asked for them, help, models, money, consents.

use chrono::NaiveDate;
use events::facts::household::Worth;
use events::money::Baht;
use projections::figures::offers::{AgencyRow, ModelRow};

use super::{called, words};
use crate::case_view::{CaseView, HelpView, MemberView, NeedView, ReferralView};
use crate::web::language::Language;
use crate::web::pages::days::{self, Due};
use crate::web::pages::form::choices::{member_name, need_name};
use crate::web::pages::locale::{code, fill, known, say};
use crate::web::pages::words::{part, short, slug};

/// All rows of the page.
#[derive(Debug)]
pub struct Tables {
    pub members: Vec<Member>,
    pub left: Vec<Member>,
    pub needs: Vec<Need>,
    pub help: Vec<Help>,
    pub models: Vec<Line>,
    pub incomes: Vec<Line>,
    pub consents: Vec<Line>,
    pub notes: Vec<Line>,
    pub calls: Vec<Line>,
    pub voices: Vec<Line>,
    pub papers: Vec<Paper>,
}

/// A document of the case, and where its file is, if this reader is given one.
#[derive(Debug)]
pub struct Paper {
    pub on: String,
    pub text: String,
    pub file: Option<String>,
}

/// Somebody of the household.
#[derive(Debug)]
pub struct Member {
    pub person: String,
    pub name: String,
    pub relation: String,
    pub age: String,
    pub residence: String,
    pub health: String,
    pub left: Option<String>,
    pub restricted: bool,
}

/// A need, and what was asked for it.
#[derive(Debug)]
pub struct Need {
    pub name: String,
    pub capital: String,
    pub priority: u8,
    pub closed: Option<String>,
    pub referrals: Vec<Referral>,
}

/// What was asked of an agency.
#[derive(Debug)]
pub struct Referral {
    pub agency: String,
    pub service: String,
    pub state: String,
    pub done: bool,
    pub by: Option<(String, Due)>,
    pub words: String,
}

/// Help that arrived.
#[derive(Debug)]
pub struct Help {
    pub on: String,
    pub kind: String,
    pub from: String,
    pub worth: String,
    pub said: String,
}

/// Something on a day.
#[derive(Debug)]
pub struct Line {
    pub on: String,
    pub text: String,
}

/// The rows of a case.
pub fn tables(
    view: &CaseView,
    agencies: &[AgencyRow],
    models: &[ModelRow],
    language: Language,
    today: NaiveDate,
) -> Tables {
    let (here, left): (Vec<_>, Vec<_>) = view.members.iter().partition(|it| it.left_on.is_none());
    let member = |it: &&MemberView| member(view, it, language, today);
    let day = |on: NaiveDate| days::day(language, on);
    let model = |id: &dyn ToString| {
        let found = models.iter().find(|it| it.id.to_string() == id.to_string());
        found.map_or_else(|| short(id.to_string()), |it| named(language, &it.name_th, &it.name_en))
    };
    let of_model = |it: &crate::case_view::EnrolmentView| {
        let earned: Vec<String> = it.results.iter().filter_map(|it| it.earned).map(|it| baht(language, it)).collect();
        let until = it.left_on.map(|on| fill(language, "model.until", &[&day(on)]));
        let rest: Vec<String> = std::iter::once(model(&it.model)).chain(earned).chain(until).collect();
        Line { on: day(it.on), text: rest.join(" · ") }
    };
    let of_income = |it: &crate::case_view::IncomeView| {
        let net = it.money.net_per_resident_month;
        let net = net.map_or_else(|| say(language, "form.unknown"), |net| baht(language, net));
        Line {
            on: day(it.on),
            text: fill(language, "income.net", &[&net, &code(language, "Evidence", &slug(&it.evidence))]),
        }
    };
    let of_consent = |it: &crate::case_view::ConsentView| {
        let (purpose, how) = (slug(&it.purpose), slug(&it.how));
        Line {
            on: day(it.on),
            text: format!("{} · {}", code(language, "ConsentPurpose", &purpose), code(language, "ConsentHow", &how)),
        }
    };
    Tables {
        members: here.iter().map(member).collect(),
        left: left.iter().map(member).collect(),
        needs: view.needs.iter().map(|it| need(view, it, agencies, language, today)).collect(),
        help: view.help.iter().rev().map(|it| help(it, agencies, language)).collect(),
        papers: view.documents.iter().rev().map(|it| paper(view, it, language)).collect(),
        models: view.models.iter().map(of_model).collect(),
        incomes: view.incomes.iter().rev().map(of_income).collect(),
        consents: view.consents.iter().map(of_consent).collect(),
        notes: view
            .notes
            .iter()
            .rev()
            .map(|it| Line { on: day(it.on), text: words(Some(&it.text), language) })
            .collect(),
        calls: view.calls.iter().rev().map(|it| call(it, language)).collect(),
        voices: view
            .complaints
            .iter()
            .map(|it| {
                let answered = if it.answered_on.is_some() { "voice.answered" } else { "voice.open" };
                Line {
                    on: day(it.on),
                    text: format!("{} · {}", words(Some(&it.words), language), say(language, answered)),
                }
            })
            .chain(view.rights_requests.iter().map(|it| {
                let right = code(language, "Right", &slug(&it.right));
                let text = format!("{right} · {}", called(view, it.person, language));
                let held =
                    if it.restricts { format!(" · {}", say(language, "voice.restricted")) } else { String::new() };
                Line { on: day(it.on), text: text + &held }
            }))
            .collect(),
    }
}

fn named(language: Language, th: &str, en: &str) -> String {
    if language == Language::Thai { th.to_owned() } else { en.to_owned() }
}

fn baht(language: Language, amount: Baht) -> String {
    let text = amount.to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
    let digits = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), days::number);
    let amount = if cents.trim_matches('0').is_empty() { digits } else { format!("{digits}.{cents}") };
    fill(language, "money.baht", &[&amount])
}

fn member(view: &CaseView, it: &MemberView, language: Language, today: NaiveDate) -> Member {
    let birth = part(&it.details, "birth").and_then(|it| events::thai::date::PartialDate::from_iso(it).ok());
    let age = birth.and_then(|birth| {
        let ages = birth.age_on(today)?;
        Some(ages.exact().map_or_else(
            || fill(language, "member.about", &[&(chrono::Datelike::year(&today) - birth.year()).to_string()]),
            |age| age.to_string(),
        ))
    });
    let health = part(&it.details, "health").map(|it| code(language, "Health", it));
    let work = part(&it.details, "work").map(|it| code(language, "Work", it));
    let both: Vec<String> = health.into_iter().chain(work).collect();
    let key = if it.died { "member.died" } else { "member.left" };
    Member {
        person: it.person.to_string(),
        name: member_name(it, language),
        relation: code(language, "Relation", &slug(&it.relation)),
        age: age
            .unwrap_or_else(|| say(language, if it.details.value.is_some() { "form.unknown" } else { "shown.masked" })),
        residence: code(language, "ResidenceStatus", &slug(&it.residence)),
        health: if both.is_empty() { say(language, "shown.masked") } else { both.join(" · ") },
        left: it.left_on.map(|on| fill(language, key, &[&days::day(language, on)])),
        restricted: view.rights_requests.iter().any(|request| request.restricts && request.person == it.person),
    }
}

fn agency_name(agencies: &[AgencyRow], id: impl ToString, language: Language) -> String {
    let id = id.to_string();
    let found = agencies.iter().find(|it| it.id.to_string() == id);
    found.map_or_else(|| short(&id), |it| named(language, &it.name_th, &it.name_en))
}

fn need(view: &CaseView, it: &NeedView, agencies: &[AgencyRow], language: Language, today: NaiveDate) -> Need {
    let asked = view.referrals.iter().filter(|referral| referral.need == it.need);
    Need {
        name: need_name(view, it.need, language),
        capital: code(language, "Capital", it.capital.as_str()),
        priority: it.priority,
        closed: it.closed.map(|because| code(language, "NeedClosedBecause", &slug(&because))),
        referrals: asked.map(|it| referral(it, agencies, language, today)).collect(),
    }
}

fn referral(it: &ReferralView, agencies: &[AgencyRow], language: Language, today: NaiveDate) -> Referral {
    let agency = agencies.iter().find(|agency| agency.id == it.agency);
    let service = agency.and_then(|agency| agency.services.iter().find(|service| service.service == it.service));
    let state = it.state.as_str();
    let by = match state {
        "to_answer" => Some(it.respond_by),
        "to_deliver" => it.deliver_by,
        _ => None,
    };
    let because = it.ended_as.as_deref().and_then(|code| {
        let types = ["ReferralOutcome", "DeclineReason", "ReturnReason", "WithdrawReason", "TakenBackReason"];
        types.iter().find_map(|of| known(language, &format!("value.{of}.{code}")))
    });
    let said = words(it.words.as_ref(), language);
    let both: Vec<String> =
        because.map(ToOwned::to_owned).into_iter().chain(Some(said).filter(|it| !it.is_empty())).collect();
    Referral {
        agency: agency_name(agencies, it.agency, language),
        service: service.map_or_else(|| it.service.clone(), |it| named(language, &it.name_th, &it.name_en)),
        state: code(language, "ReferralState", state),
        done: state == "completed",
        by: by.map(|by| (days::due(language, by), days::chip(language, by, today))),
        words: both.join(" · "),
    }
}

fn help(it: &HelpView, agencies: &[AgencyRow], language: Language) -> Help {
    let worth = match &it.worth {
        Worth::Baht { amount } => baht(language, *amount),
        Worth::InKind { worth } => {
            let kind = code(language, "Worth", "in_kind");
            worth.map_or_else(|| kind.clone(), |worth| format!("{kind} · {}", baht(language, worth)))
        }
    };
    let said = match (&it.reversed, &it.confirmed) {
        (Some(because), _) => code(language, "ReversedBecause", &slug(because)),
        (None, Some(it)) => fill(language, "help.confirmed", &[&code(language, "Received", &slug(&it.received))]),
        (None, None) => say(language, "help.unconfirmed"),
    };
    Help {
        on: days::day(language, it.on),
        kind: format!("{} · {}", it.kind, code(language, "Capital", it.capital.as_str())),
        from: it.agency.map_or_else(String::new, |id| agency_name(agencies, id, language)),
        worth,
        said,
    }
}

fn call(it: &crate::case_view::CallView, language: Language) -> Line {
    use crate::case_view::CallView as C;
    let (on, what, code_of, said) = match it {
        C::Attempt { on, because } => (on, "call.attempt", code(language, "NotMet", &slug(because)), None),
        C::Visit { on, seen, remarks } => (on, "call.visit", code(language, "Seen", &slug(seen)), remarks.as_ref()),
        C::FollowUp { on, help, remarks, .. } => {
            (on, "call.follow_up", code(language, "HelpState", &slug(help)), remarks.as_ref())
        }
        C::Panel { on, finding, remarks, .. } => {
            (on, "call.panel", code(language, "PanelFinding", &slug(finding)), remarks.as_ref())
        }
    };
    let said = words(said, language);
    let text = format!("{} · {code_of}", say(language, what));
    Line { on: days::day(language, *on), text: if said.is_empty() { text } else { format!("{text} · {said}") } }
}

/// A document: what it is called, to whoever may know, and what it is.
fn paper(view: &CaseView, it: &crate::case_view::DocumentView, language: Language) -> Paper {
    let kind = code(language, "DocumentKind", &slug(&it.kind));
    let title = words(Some(&it.title), language);
    let text = if title.is_empty() { kind } else { format!("{kind} · {title}") };
    let file = it.file.then(|| format!("/api/v1/households/{}/documents/{}", view.id, it.document));
    Paper { on: days::day(language, it.on), text, file }
}
