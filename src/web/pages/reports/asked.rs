//! What the address of a report asks: where, from when to when, as of when, and by what it is split.

use crate::reports::ReportName;
use crate::rules::field::FieldError;
use crate::web::language::Language;
use crate::web::pages::form::Field;
use crate::web::pages::form::choices::Choice;
use crate::web::pages::locale::say;
use crate::web::pages::picked::{Picked, picked};
use crate::web::pages::reader::Reader;
use crate::web::query::Params;

/// What is asked, by the names of the API's parameters.
#[derive(Debug)]
pub struct Asked {
    pub name: ReportName,
    pub area: String,
    pub from: Picked,
    pub to: Picked,
    pub as_of: Picked,
    pub by: String,
    pub per: String,
    /// What of it can't be asked.
    pub errors: Vec<FieldError>,
}

/// What a report over households found in a period is split by.
const PARTS: [&str; 4] = ["district", "tambon", "lao", "month"];
/// And one over what waits.
const WAITING: [&str; 4] = ["agency", "service", "district", "age"];

/// Reads the address.
pub fn asked(name: ReportName, params: &mut Params, language: Language) -> Asked {
    let text = |params: &mut Params, name: &str| params.text(name).unwrap_or_default();
    let by = text(params, "by");
    Asked {
        name,
        area: text(params, "area"),
        from: picked(params, "from", language),
        to: picked(params, "to", language),
        as_of: picked(params, "as_of", language),
        // What waits says nothing without its agencies.
        by: if by.is_empty() && name == ReportName::Backlog { "agency".to_owned() } else { by },
        per: text(params, "per"),
        errors: Vec::new(),
    }
}

impl Asked {
    /// The parameters as the API takes them.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let day = |it: &Picked| it.day.clone().unwrap_or_default();
        let all = [
            ("area", self.area.clone()),
            ("from", day(&self.from)),
            ("to", day(&self.to)),
            ("as_of", day(&self.as_of)),
            ("by", self.by.clone()),
            ("per", self.per.clone()),
        ];
        all.into_iter().filter(|(_, it)| !it.is_empty()).map(|(name, it)| (name.to_owned(), it)).collect()
    }

    pub fn params(&self) -> Params {
        let mut params = Params::default();
        for (name, value) in self.pairs() {
            params.put(&name, &value);
        }
        params
    }

    /// Leaves out what can't be asked, and keeps why and what was typed.
    pub fn refuse(&mut self, errors: Vec<FieldError>) {
        let wrong = |name: &str| errors.iter().any(|it| it.pointer == format!("/query/{name}"));
        for (name, of) in [("from", &mut self.from), ("to", &mut self.to), ("as_of", &mut self.as_of)] {
            if wrong(name) {
                of.day = None;
            }
        }
        for (name, of) in [("area", &mut self.area), ("by", &mut self.by), ("per", &mut self.per)] {
            if wrong(name) {
                of.clear();
            }
        }
        self.errors = errors;
    }

    /// The days that this report is asked by.
    pub fn picks(&self, reader: &Reader) -> Vec<Field> {
        let of = |name: &str, picked: &Picked| {
            picked.field(reader, name, &say(reader.language, &format!("pick.{name}")), &self.errors)
        };
        if self.name == ReportName::Backlog {
            vec![of("as_of", &self.as_of)]
        } else if self.name == ReportName::BacklogHistory {
            vec![of("from", &self.from), of("to", &self.to)]
        } else {
            vec![of("from", &self.from), of("to", &self.to), of("as_of", &self.as_of)]
        }
    }

    /// What it can be split by: fields with their choices.
    pub fn splits(&self, language: Language) -> Vec<(&'static str, String, Vec<Choice>)> {
        let choices = |names: &[&str], chosen: &str| {
            let none =
                Choice { value: String::new(), label: say(language, "reports.whole"), chosen: chosen.is_empty() };
            let one = |it: &&str| Choice {
                value: (*it).to_owned(),
                label: say(language, &format!("split.{it}")),
                chosen: chosen == *it,
            };
            std::iter::once(none).chain(names.iter().map(one)).collect::<Vec<_>>()
        };
        let parts: &[&str] = if self.name == ReportName::Backlog { &WAITING } else { &PARTS };
        let by = (self.name != ReportName::BacklogHistory).then(|| choices(parts, &self.by));
        let per = self.name.sheet().map_or(&[][..], |sheet| sheet.per);
        let per = (!per.is_empty()).then(|| ("per", say(language, "reports.per"), choices(per, &self.per)));
        by.map(|it| ("by", say(language, "reports.by"), it)).into_iter().chain(per).collect()
    }
}
