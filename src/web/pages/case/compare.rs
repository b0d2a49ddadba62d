//! Two moments of one household beside each other: what was known then, what at the other, and where they differ.

use chrono::NaiveDate;
use events::facts::household::Worth;
use events::money::Baht;

use crate::case_view::{CaseView, Shown};
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::form::choices::member_name;
use crate::web::pages::links::link;
use crate::web::pages::locale::{code, fill, say};
use crate::web::pages::reports::cells::baht;
use crate::web::pages::words::{place, text};

/// One thing at both moments.
#[derive(Debug)]
pub struct Row {
    pub name: String,
    pub then: String,
    pub other: String,
    pub same: bool,
}

/// Both moments.
#[derive(Debug)]
pub struct Beside {
    /// When, and the position of the log, of the moment that the page shows.
    pub then: (String, String),
    /// And of the other.
    pub other: (String, String),
    pub rows: Vec<Row>,
    pub differ: String,
    /// Where only what differs is shown, or all again; and the words for it.
    pub toggle: (String, String),
    /// The sequence of the other moment; the last fact's where nobody chose one.
    pub with: u64,
}

/// What one moment says of everything that is compared, in the same order for all.
fn says(view: &CaseView, language: Language) -> Vec<(String, String)> {
    let named = |key: &str| say(language, key);
    let count = |of: usize| days::number(of as u64);
    let nothing = || say(language, "beside.nothing");
    let open_needs = view.needs.iter().filter(|it| it.closed.is_none()).count();
    let open_referrals = view.referrals.iter().filter(|it| it.ended_on.is_none()).count();
    let help: Vec<_> = view.help.iter().filter(|it| it.reversed.is_none()).collect();
    let money = help.iter().filter_map(|it| if let Worth::Baht { amount } = it.worth { Some(amount) } else { None });
    let satang = money.fold(0_i64, |sum, it| sum.saturating_add(it.satang()));
    let due = view.next_due.as_ref().map(|it| (code(language, "DueWhat", it.what.as_str()), it.by));
    let level = view.score.as_ref().map(|it| {
        let level = it.level.get();
        format!(
            "{} {} ({})",
            fill(language, "case.level", &[&level.to_string()]),
            code(language, "Level", &level.to_string()),
            it.x
        )
    });
    let people = view
        .composition
        .as_ref()
        .map(|it| fill(language, "cases.people", &[&it.living.to_string(), &it.registered.to_string()]));
    let taking_part = view.models.iter().filter(|it| it.left_on.is_none()).count();
    let on = |on: Option<NaiveDate>| on.map_or_else(nothing, |it| days::day(language, it));
    let address = view.address.as_ref().map_or_else(nothing, |it| private(it, language));
    let mut all = vec![
        (named("filter.stage"), code(language, "Stage", view.stage.as_str())),
        (named("filter.standing"), code(language, "Standing", view.standing.as_str())),
        (named("filter.level"), level.unwrap_or_else(|| say(language, "case.no_level"))),
        (named("beside.people"), people.unwrap_or_else(nothing)),
        (named("filter.area"), place(language, &view.place)),
        (named("beside.address"), address),
        (named("need.title"), fill(language, "beside.needs", &[&count(view.needs.len()), &count(open_needs)])),
        (
            named("place.referrals"),
            fill(
                language,
                "beside.referrals",
                &[&count(open_referrals), &count(view.referrals.len() - open_referrals)],
            ),
        ),
        (
            named("help.title"),
            fill(language, "beside.help", &[&count(help.len()), &baht(&Baht::from_satang(satang).to_string())]),
        ),
        (named("model.title"), count(taking_part)),
        (named("beside.assessed"), on(view.assessments.iter().map(|it| it.on).max())),
        (named("consent.title"), count(view.consents.len())),
        (
            named("due.title"),
            due.map_or_else(
                || say(language, "due.is.none"),
                |(what, by)| format!("{what} {}", days::due(language, by)),
            ),
        ),
    ];
    for member in view.members.iter().filter(|it| it.left_on.is_none()) {
        let relation = code(language, "Relation", &crate::web::pages::words::slug(&member.relation));
        let residence = code(language, "ResidenceStatus", &crate::web::pages::words::slug(&member.residence));
        let name = member_name(member, language);
        all.push((
            fill(language, "beside.member", &[&member.person.to_string()]),
            format!("{name} · {relation} · {residence}"),
        ));
    }
    all
}

fn private(shown: &Shown, language: Language) -> String {
    if shown.value.is_none() { text(language, shown) } else { say(language, "beside.recorded") }
}

/// The moment that the page shows beside another one.
pub fn of(then: &CaseView, other: &CaseView, asked: &[(String, String)], language: Language) -> Beside {
    let (mut rows, after) = (Vec::new(), says(other, language));
    let before = says(then, language);
    let nothing = say(language, "beside.nothing");
    let find =
        |list: &[(String, String)], name: &str| list.iter().find(|(it, _)| it == name).map(|(_, says)| says.clone());
    let later = after.iter().filter(|(name, _)| find(&before, name).is_none());
    let mut members = 0;
    for (name, _) in before.iter().chain(later) {
        let (then, other) = (find(&before, name), find(&after, name));
        let same = then == other;
        let is_member = before.iter().take(FIXED).all(|(it, _)| it != name);
        members += usize::from(is_member);
        let name = if is_member { fill(language, "beside.member", &[&members.to_string()]) } else { name.clone() };
        let shown = |it: Option<String>| it.unwrap_or_else(|| nothing.clone());
        rows.push(Row { name, then: shown(then), other: shown(other), same });
    }
    let differ = rows.iter().filter(|row| !row.same).count();
    let said = fill(language, "beside.differ", &[&differ.to_string(), &rows.len().to_string()]);
    let only = asked.iter().any(|(name, _)| name == "only");
    if only {
        rows.retain(|row| !row.same);
    }
    let mut pairs: Vec<(String, String)> = asked.iter().filter(|(name, _)| name != "only").cloned().collect();
    if !only {
        pairs.push(("only".to_owned(), "different".to_owned()));
    }
    let key = if only { "beside.all" } else { "beside.only" };
    let moment = |view: &CaseView| {
        (days::moment(language, view.as_of.time), fill(language, "beside.fact", &[&view.sequence.to_string()]))
    };
    Beside {
        then: moment(then),
        other: moment(other),
        rows,
        differ: said,
        toggle: (link(&format!("/cases/{}", then.id), &pairs), say(language, key)),
        with: other.sequence,
    }
}

/// So many things are compared before the members, whose number changes.
const FIXED: usize = 13;
