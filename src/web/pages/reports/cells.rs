//! What a value of a report is called, and which cases it leads to.

use chrono::{Months, NaiveDate};
use projections::figures::offers::{AgencyRow, ModelRow};
use serde_json::Value;

use super::{Asked, PATH};
use crate::access::{Action, Relation, may};
use crate::reports::{Cell, ReportName, Table, column};
use crate::web::Web;
use crate::web::language::Language;
use crate::web::pages::days;
use crate::web::pages::links::link;
use crate::web::pages::locale::{code, fill, say};
use crate::web::pages::operations::board::{agency_name, service_name};
use crate::web::pages::reader::Reader;
use crate::web::pages::words::{area, short};
use crate::web::problem::Problem;
use crate::web::refused::of_projection;

/// A value as it is shown.
#[derive(Debug, Clone)]
pub struct Figure {
    pub text: String,
    pub number: bool,
    /// Whether it tells rows apart, and counts nothing.
    pub key: bool,
    /// Where its cases are.
    pub path: Option<String>,
    /// What a bar of it is as long as.
    pub count: u64,
}

/// What is needed to call values by their names.
pub struct Cells<'a> {
    name: ReportName,
    asked: &'a Asked,
    agencies: Vec<AgencyRow>,
    models: Vec<ModelRow>,
    language: Language,
    today: NaiveDate,
    lists: bool,
    referrals: bool,
}

/// Columns whose codes are those of a type.
const TYPES: [(&str, &str); 9] = [
    ("list", "StateList"),
    ("queue", "ReferralState"),
    ("capital", "Capital"),
    ("dimension", "Dimension"),
    ("by", "MatchedBy"),
    ("scale", "Capital"),
    ("left_as", "Standing"),
    ("sex_of_head", "Sex"),
    ("step", "ReportStep"),
];

/// `1234.5` as `1,234.50`; what is no amount stays as it is.
pub fn baht(text: &str) -> String {
    let (sign, plain) = text.strip_prefix('-').map_or(("", text), |plain| ("−", plain));
    let (whole, rest) = plain.split_once('.').unwrap_or((plain, "00"));
    whole.parse().map_or_else(|_| text.to_owned(), |whole| format!("{sign}{}.{rest}", days::number(whole)))
}

/// Thousandths as a share.
pub fn share(permille: u64) -> String {
    format!("{}.{}%", permille / 10, permille % 10)
}

impl<'a> Cells<'a> {
    pub async fn of(web: &Web, reader: &Reader, name: ReportName, asked: &'a Asked) -> Result<Self, Problem> {
        let open = |action| may(reader.caller.role, action, Relation::InScope).is_ok();
        Ok(Self {
            name,
            asked,
            agencies: web.0.read_model.agencies().await.map_err(|error| of_projection(&error))?,
            models: web.0.read_model.models().await.map_err(|error| of_projection(&error))?,
            language: reader.language,
            today: web.0.desk.today(),
            lists: open(Action::ListHouseholds),
            referrals: open(Action::ListReferrals),
        })
    }

    /// A row, as far as its columns are shown.
    pub fn row(&self, made: &Table, row: &[Value], shown: &[usize]) -> Vec<Figure> {
        let one = |at: &usize| {
            let (name, value) = (made.columns.get(*at)?, row.get(*at)?);
            Some(self.figure(made, row, name, value))
        };
        shown.iter().filter_map(one).collect()
    }

    fn figure(&self, made: &Table, row: &[Value], name: &str, value: &Value) -> Figure {
        let cell = column(name).map_or(Cell::Text, |it| it.cell);
        let number = matches!(cell, Cell::Number | Cell::Baht);
        let count = value.as_u64().unwrap_or(0);
        let text = if value.is_null() && number {
            say(self.language, if made.steps_of.is_some() { "reports.too_few" } else { "reports.unknown" })
        } else {
            match cell {
                Cell::Number if name.ends_with("_permille") => share(count),
                Cell::Number => value.as_u64().map_or_else(|| value.to_string(), days::number),
                Cell::Baht => baht(value.as_str().unwrap_or_default()),
                Cell::Day => self.day(name, value),
                Cell::Text => self.worded(name, value),
            }
        };
        let path = (number && count > 0).then(|| self.path(made, row, name)).flatten();
        Figure { text, number, key: !number, path, count }
    }

    fn day(&self, name: &str, value: &Value) -> String {
        let Some(day) = value.as_str().and_then(|it| it.parse::<NaiveDate>().ok()) else {
            return say(self.language, "reports.unknown");
        };
        if name == "month" { days::month_and_year(self.language, day) } else { days::day(self.language, day) }
    }

    fn worded(&self, name: &str, value: &Value) -> String {
        let Some(text) = value.as_str() else { return say(self.language, "reports.none") };
        let language = self.language;
        match name {
            "area" | "district" => text.parse().map_or_else(|_| text.to_owned(), |it| area(language, it)),
            "agency" => text.parse().map_or_else(|_| short(text), |it| agency_name(&self.agencies, it, language)),
            // Help is named after the service that gave it, or by a word of its own.
            "service" | "kind" => {
                let agency = self.agencies.iter().find(|it| it.services.iter().any(|it| it.service == text));
                agency.map_or_else(
                    || code(language, "Help", text),
                    |it| service_name(&self.agencies, it.id, text, language),
                )
            }
            "model" => {
                let model = self.models.iter().find(|it| it.id.to_string() == text);
                let named = model.map(|it| if language == Language::Thai { &it.name_th } else { &it.name_en });
                named.map_or_else(|| short(text), Clone::clone)
            }
            "caseworker" => short(text),
            "from_level" => code(language, "Level", text),
            "age" => fill(language, "operations.days", &[&text.replace('-', "–")]),
            "scale" if text == "overall" => say(language, "capital.whole"),
            "disability" | "elderly_only" | "no_card" => say(
                language,
                if text == "yes" {
                    "form.yes"
                } else if text == "no" {
                    "form.no"
                } else {
                    "form.unknown"
                },
            ),
            _ => {
                let of = TYPES.iter().find(|(it, _)| *it == name).map_or("", |(_, of)| *of);
                code(language, of, text)
            }
        }
    }

    /// The list of the cases behind a number, where there is one.
    fn path(&self, made: &Table, row: &[Value], name: &str) -> Option<String> {
        let of = |name: &str| {
            let at = made.columns.iter().position(|it| it == name)?;
            row.get(at)?.as_str().map(ToOwned::to_owned)
        };
        if self.name == ReportName::Backlog {
            let overdue = if name == "overdue" { "true" } else { "" };
            return (self.referrals && ["waiting", "overdue"].contains(&name)).then(|| {
                let mut pairs = vec![("queue", of("queue").unwrap_or_default()), ("overdue", overdue.to_owned())];
                pairs.extend(["agency", "service", "age"].map(|it| (it, of(it).unwrap_or_default())));
                pairs.push(("area", of("district").unwrap_or_else(|| self.asked.area.clone())));
                pairs.push(("as_of", self.asked.as_of.day.clone().unwrap_or_default()));
                link("/referrals", &pairs)
            });
        }
        if self.name == ReportName::BacklogHistory {
            let day = of("day").unwrap_or_default();
            let age = match name {
                "age_0_2" => "0-2",
                "age_3_7" => "3-7",
                "age_8_14" => "8-14",
                "age_15" => "15+",
                _ => "",
            };
            let queue = if age.is_empty() { name } else { "waiting" };
            let pairs = [("queue", queue), ("age", age), ("area", self.asked.area.as_str()), ("as_of", &day)];
            return self.referrals.then(|| link("/referrals", &pairs));
        }
        self.of_cases(name, &of)
    }

    fn of_cases(&self, figure: &str, of: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let sheet = self.name.sheet().filter(|sheet| self.lists && sheet.counts().any(|it| it == figure))?;
        let mut pairs: Vec<(String, String)> = self.asked.pairs();
        pairs.retain(|(name, _)| name != "by");
        let mut put = |name: &str, value: String| {
            pairs.retain(|(it, _)| it != name);
            pairs.push((name.to_owned(), value));
        };
        match self.asked.by.as_str() {
            "district" | "tambon" => put("area", of("area")?),
            // Those of no organisation have no parameter that names them.
            "lao" => put("lao", of("lao")?),
            "month" => {
                let month: NaiveDate = of("month")?.parse().ok()?;
                let last = month.checked_add_months(Months::new(1))?.pred_opt()?.min(self.today);
                let asked = |it: &Option<String>| it.as_ref().and_then(|it| it.parse::<NaiveDate>().ok());
                put("from", asked(&self.asked.from.day).map_or(month, |it| it.max(month)).to_string());
                let today = self.asked.to.day.clone();
                put("to", asked(&today).map_or(last, |it| it.min(last)).to_string());
            }
            _ => {}
        }
        let per = sheet.per.iter().find(|it| **it == self.asked.per);
        for key in sheet.keys.iter().chain(per) {
            put(key, of(key).unwrap_or_else(|| "none".to_owned()));
        }
        put("figure", figure.to_owned());
        Some(link(&format!("{PATH}/{}/cases", self.name.as_str()), &pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_shares_are_written_as_people_read_them() {
        assert_eq!(["1234567.50", "0.00", "-250.25"].map(baht), ["1,234,567.50", "0.00", "−250.25"]);
        assert_eq!([747, 5, 1000].map(share), ["74.7%", "0.5%", "100.0%"]);
    }
}
