//! The numbers of one moment: how much waits at each agency by age, and which queues are worst.

use std::collections::BTreeMap;

use events::id::AgencyId;
use projections::figures::backlog::BacklogRow;
use projections::figures::offers::AgencyRow;
use projections::figures::referrals::AgeBucket;

use super::{Asked, PATH};
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::links::link;
use crate::web::pages::locale::fill;
use crate::web::pages::words::{area, short};

/// So many agencies are shown before somebody asks for all.
const SHOWN: usize = 20;
/// So many queues are worst.
const WORST: usize = 6;
/// The width of the longest bar of the table.
const BAR: u64 = 28;

/// A number and the list behind it.
#[derive(Debug, Clone)]
pub struct Door {
    pub path: String,
    pub count: String,
    /// The width of its bar.
    pub bar: u64,
    /// Which number it is, whatever it says: a page that is open finds it again by this.
    pub id: String,
    pub none: bool,
}

/// One agency.
#[derive(Debug)]
pub struct Line {
    pub name: String,
    pub ages: Vec<Door>,
    pub all: Door,
    pub overdue: Door,
    pub oldest: String,
}

/// The table and what stands above it.
#[derive(Debug)]
pub struct Board {
    pub stats: Vec<Stat>,
    pub ages: Vec<(&'static str, String)>,
    pub lines: Vec<Line>,
    pub whole: Option<Line>,
    /// Where all agencies are shown, and how many there are.
    pub more: Option<(String, String)>,
}

/// A number above the table.
#[derive(Debug)]
pub struct Stat {
    pub key: &'static str,
    pub door: Door,
    /// Its share of what waits, where it is worth a word: in hundredths.
    pub share: Option<String>,
}

/// A queue: what was asked of whom, and where.
#[derive(Debug)]
pub struct Queued {
    pub path: String,
    pub name: String,
    pub place: String,
    pub count: String,
    pub class: &'static str,
    pub oldest: String,
}

/// What is counted of some rows.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    ages: [u64; 4],
    overdue: u64,
    oldest: i64,
}

impl Count {
    fn add(&mut self, row: &BacklogRow) {
        let at = AgeBucket::ALL.iter().position(|it| Some(*it) == row.cases.age);
        if let Some(count) = at.and_then(|at| self.ages.get_mut(at)) {
            *count += row.waiting;
        }
        self.overdue += row.overdue;
        self.oldest = self.oldest.max(row.oldest_days);
    }

    fn all(&self) -> u64 {
        self.ages.iter().sum()
    }
}

/// The colour of an age, by its number of days.
pub fn age_class(days: i64) -> &'static str {
    match AgeBucket::of(days) {
        AgeBucket::To2 => "age-0",
        AgeBucket::To7 => "age-1",
        AgeBucket::To14 => "age-2",
        AgeBucket::From15 => "age-3",
    }
}

/// What an agency is called.
pub fn agency_name(agencies: &[AgencyRow], id: AgencyId, language: Language) -> String {
    let found = agencies.iter().find(|it| it.id == id);
    let name = found.map(|it| if language == Language::Thai { &it.name_th } else { &it.name_en });
    name.filter(|it| !it.is_empty()).map_or_else(|| short(id), Clone::clone)
}

/// What an agency's service is called.
pub fn service_name(agencies: &[AgencyRow], id: AgencyId, code: &str, language: Language) -> String {
    let agency = agencies.iter().find(|it| it.id == id);
    let service = agency.and_then(|it| it.services.iter().find(|it| it.service == code));
    let name = service.map(|it| if language == Language::Thai { &it.name_th } else { &it.name_en });
    name.map_or_else(|| code.to_owned(), Clone::clone)
}

struct Maker<'a> {
    asked: &'a Asked,
    longest: u64,
    language: Language,
}

impl Maker<'_> {
    fn door(&self, agency: &str, own: &[(&'static str, &str)], count: u64) -> Door {
        let mut pairs: Vec<(&'static str, &str)> = vec![("agency", agency)];
        pairs.extend(own);
        let id: Vec<&str> = pairs.iter().map(|(_, value)| *value).collect();
        Door {
            path: self.asked.list(&pairs),
            count: days::number(count),
            bar: if count == 0 { 0 } else { (count * BAR / self.longest.max(1)).max(2) },
            id: id.join("."),
            none: count == 0,
        }
    }

    fn line(&self, name: String, agency: &str, count: &Count) -> Line {
        let of_age = |(age, count): (AgeBucket, u64)| self.door(agency, &[("age", age.as_str())], count);
        Line {
            name,
            ages: AgeBucket::ALL.into_iter().zip(count.ages).map(of_age).collect(),
            all: self.door(agency, &[], count.all()),
            overdue: self.door(agency, &[("overdue", "true")], count.overdue),
            oldest: fill(self.language, "operations.days", &[&count.oldest.to_string()]),
        }
    }
}

/// The table of the agencies, the one with most overdue first.
pub fn of(rows: &[BacklogRow], agencies: &[AgencyRow], asked: &Asked, language: Language) -> Board {
    let mut counts: BTreeMap<AgencyId, Count> = BTreeMap::new();
    let mut whole = Count::default();
    for row in rows {
        whole.add(row);
        if let Some(agency) = row.cases.agency {
            counts.entry(agency).or_default().add(row);
        }
    }
    let longest = counts.values().flat_map(|it| it.ages).max().unwrap_or(0);
    let maker = Maker { asked, longest, language };
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by_key(|(id, it)| (std::cmp::Reverse((it.overdue, it.all())), *id));
    let many = sorted.len();
    if !asked.all {
        sorted.truncate(SHOWN);
    }
    let more = (many > sorted.len()).then(|| {
        let mut pairs = asked.pairs(&[("queue", asked.queue.as_str())]);
        pairs.push(("agencies", "all"));
        (link(PATH, &pairs), fill(language, "operations.all_agencies", &[&many.to_string()]))
    });
    let line =
        |(id, count): &(AgencyId, Count)| maker.line(agency_name(agencies, *id, language), &id.to_string(), count);
    let oldest = AgeBucket::From15.as_str();
    let late = whole.ages.last().copied().unwrap_or(0);
    let stat = |key, own: &[(&'static str, &str)], count: u64| {
        let share = (whole.all() > 0).then(|| format!("{}%", (count * 100 + whole.all() / 2) / whole.all()));
        Stat { key, door: maker.door("", own, count), share }
    };
    let mut stats = vec![Stat { share: None, ..stat("operations.all", &[], whole.all()) }];
    stats.push(stat("operations.overdue", &[("overdue", "true")], whole.overdue));
    stats.push(stat("operations.oldest", &[("age", oldest)], late));
    if asked.queue.is_empty() {
        for queue in ["to_answer", "to_deliver"] {
            let count = rows.iter().filter(|row| row.cases.state.as_str() == queue).map(|row| row.waiting).sum();
            let key = if queue == "to_answer" { "operations.to_answer" } else { "operations.to_deliver" };
            stats.push(stat(key, &[("queue", queue)], count));
        }
    }
    Board {
        stats,
        ages: AgeBucket::ALL
            .iter()
            .map(|age| {
                (age_class(age.days().0.max(0)), fill(language, "operations.days", &[&age.as_str().replace('-', "–")]))
            })
            .collect(),
        lines: sorted.iter().map(line).collect(),
        whole: (many > 1).then(|| maker.line(String::new(), "", &whole)),
        more,
    }
}

/// The queues in which something waits longest, and of these the fullest first.
pub fn worst(rows: &[BacklogRow], agencies: &[AgencyRow], asked: &Asked, language: Language) -> Vec<Queued> {
    let mut queues = BTreeMap::new();
    for row in rows {
        if let (Some(agency), Some(service), Some(district)) =
            (row.cases.agency, &row.cases.service, row.cases.district)
        {
            queues.entry((agency, service.as_str(), district)).or_insert_with(Count::default).add(row);
        }
    }
    let mut sorted: Vec<_> = queues.into_iter().collect();
    sorted.sort_by_key(|(key, it)| (std::cmp::Reverse((it.oldest, it.all())), *key));
    let one = |((agency, service, district), count): ((AgencyId, &str, events::area::AreaCode), Count)| {
        let (id, place) = (agency.to_string(), district.to_string());
        Queued {
            path: asked.list(&[("agency", &id), ("service", service), ("area", &place), ("mark", "all")]),
            name: format!(
                "{} · {}",
                agency_name(agencies, agency, language),
                service_name(agencies, agency, service, language)
            ),
            place: area(language, district),
            count: days::number(count.all()),
            class: age_class(count.oldest),
            oldest: fill(language, "operations.days", &[&count.oldest.to_string()]),
        }
    };
    sorted.into_iter().take(WORST).map(one).collect()
}
