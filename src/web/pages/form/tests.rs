//! Every command has a form whose every word is written, and what is typed into it reads as the command.

use std::collections::BTreeSet;

use serde_json::json;

use super::asked::{self, Asked, Part};
use super::choices::Choices;
use super::collect::body;
use super::field::{Field, Kind, Maker};
use super::filled;
use crate::rules::field::FieldError;
use crate::rules::household::command::Name;
use crate::rules::refusal::Text;
use crate::web::examples;
use crate::web::language::Language;
use crate::web::pages::locale::known;
use crate::web::pages::sent::Fields;

/// Visits every part of a form.
fn every<'a>(parts: &'a [Part], see: &mut dyn FnMut(&'a Part)) {
    for part in parts {
        see(part);
        if let Asked::Parts(inner) | Asked::Rows(inner) = &part.asked {
            every(inner, see);
        } else if let Asked::Variants(_, _, list) = &part.asked {
            for (_, inner) in list {
                every(inner, see);
            }
        }
    }
}

#[test]
fn every_field_and_every_code_of_every_command_has_a_name_in_both_languages() {
    let mut missing = BTreeSet::new();
    let mut want = |key: String| {
        if [Language::Thai, Language::English].iter().any(|it| known(*it, &key).is_none()) {
            missing.insert(key);
        }
    };
    for name in Name::ALL {
        want(format!("do.{}", name.as_str()));
        every(asked::of(name), &mut |part| {
            want(format!("field.{}", part.name));
            let codes: (&str, Vec<&String>) = if let Asked::One(of, codes) | Asked::Many(of, codes) = &part.asked {
                (of, codes.iter().collect())
            } else if let Asked::Variants(_, of, list) = &part.asked {
                (of, list.iter().map(|(code, _)| code).collect())
            } else {
                return;
            };
            for code in codes.1 {
                want(format!("value.{}.{code}", codes.0));
            }
        });
    }
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn what_is_typed_into_every_form_reads_as_its_command() {
    for name in Name::ALL {
        let fields = filled::fields(asked::of(name), &examples::of(name.as_str()), Language::Thai);
        let mut body = body(asked::of(name), &fields);
        if name == Name::AttachDocument {
            // What the file itself says.
            for of_the_file in ["media_type", "size", "sha256"] {
                body[of_the_file] = examples::of(name.as_str())[of_the_file].clone();
            }
        }
        let read = name.read(&serde_json::to_vec(&body).unwrap());
        let told = name.read(&serde_json::to_vec(&examples::of(name.as_str())).unwrap()).unwrap();
        assert_eq!(read.unwrap_or_else(|error| panic!("{}: {error} in {body}", name.as_str())).name(), told.name());
    }
}

#[test]
fn days_numbers_and_money_are_read_as_thai_people_type_them() {
    let mut fields = Fields::default();
    for (box_of, value) in [("d", "๗"), ("m", "3"), ("y", "๒๕๖๙")] {
        fields.put(&format!("happened_on.{box_of}"), value);
    }
    fields.put("attended", "๑๔");
    fields.put("finding", "poor");
    let said = body(asked::of(Name::HoldPanel), &fields);
    assert_eq!(said, json!({"happened_on": "2026-03-07", "attended": 14, "finding": "poor"}));
    fields.put("happened_on.y", "69");
    let error = Name::HoldPanel.read(&serde_json::to_vec(&body(asked::of(Name::HoldPanel), &fields)).unwrap());
    assert!(error.is_err(), "a year of two digits is asked for again, not guessed");
}

#[test]
fn only_a_year_of_birth_is_enough_and_an_empty_row_is_nobody() {
    let mut fields = Fields::default();
    fields.put("members/0/sex", "female");
    fields.put("members/2/details/given_name", "บัวลอย");
    fields.put("members/2/details/birth.y", "2485");
    let said = body(asked::of(Name::Identify), &fields);
    let members = said["members"].as_array().unwrap();
    assert_eq!(members.len(), 1, "the first row has only what was chosen from the start");
    assert_eq!(members[0]["details"]["birth"], "1942");
}

fn refused(pointer: &str) -> FieldError {
    FieldError {
        pointer: pointer.to_owned(), code: "x", text: Text { th: "ผิด".to_owned(), en: "wrong".to_owned() }
    }
}

fn found<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    fields.iter().find_map(|it| {
        if it.name == name {
            Some(it)
        } else if let Kind::Group(inner) = &it.kind {
            found(inner, name)
        } else if let Kind::Rows(list) = &it.kind {
            list.iter().find_map(|inner| found(inner, name))
        } else {
            None
        }
    })
}

#[test]
fn an_error_stands_beside_the_field_that_was_typed_though_empty_rows_stand_before_it() {
    let mut fields = Fields::default();
    fields.put("members/2/details/given_name", "บัวลอย");
    let errors = [refused("/members/0/details/given_name")];
    let choices = Choices::default();
    let maker = Maker { language: Language::Thai, choices: &choices, fields: &fields, errors: &errors, spare: 1 };
    let all = maker.all(asked::of(Name::Identify), "", "");
    let name = found(&all, "members/2/details/given_name").unwrap();
    assert_eq!((name.error.as_deref(), name.value.as_str()), (Some("ผิด"), "บัวลอย"));
    assert!(found(&all, "members/0/details/given_name").unwrap().error.is_none());
    assert!(found(&all, "members/3/details/given_name").is_some(), "one row is spare");
}
