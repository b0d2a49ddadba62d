//! A version of a policy as people type it: other than programs in two places, and told which field can't be read.

use events::facts::policy::{PolicyBody, PolicyKind};
use serde_json::{Map, Value, json};

use super::parts;
use crate::rules::field::FieldError;
use crate::web::pages::form::asked::{Asked, Part};
use crate::web::pages::form::collect;
use crate::web::pages::sent::Fields;
use crate::web::problem::Problem;

/// What people type differently from programs: days of services are rows, and a list of numbers is a line.
pub fn as_typed(part: &mut Part) {
    match part.name.as_str() {
        "services" => {
            let own = |name: &str, asked| Part { name: name.to_owned(), required: true, asked };
            part.asked = Asked::Rows(vec![
                own("service", Asked::Line),
                own("answer_days", Asked::Number),
                own("deliver_days", Asked::Number),
            ]);
        }
        "post_exit_months" => part.asked = Asked::Line,
        _ => {}
    }
}

/// The body of a version as it is typed.
pub fn to_typed(body: &PolicyBody) -> Value {
    let mut body = serde_json::to_value(body).unwrap_or_default();
    // What is not written counts every day: a form has that chosen.
    if let Some(sla) = body.as_object_mut().filter(|it| it.contains_key("answer_days")) {
        sla.entry("counted").or_insert_with(|| Value::from("calendar"));
    }
    if let Some(services) = body.get_mut("services") {
        let own = services.as_object().cloned().unwrap_or_default();
        let row = |(service, days): (String, Value)| {
            let mut row = days.as_object().cloned().unwrap_or_default();
            row.insert("service".to_owned(), Value::from(service));
            Value::Object(row)
        };
        *services = own.into_iter().map(row).collect();
    }
    if let Some(months) = body.get_mut("post_exit_months") {
        let all = months.as_array().into_iter().flatten().map(Value::to_string);
        *months = Value::from(all.collect::<Vec<_>>().join(", "));
    }
    body
}

/// The body of the command, of what was typed.
pub fn from_typed(kind: PolicyKind, fields: &Fields) -> Value {
    let mut whole = collect::body(&parts(kind), fields);
    if let Some(body) = whole.get_mut("body").and_then(Value::as_object_mut) {
        body.insert("kind".to_owned(), Value::from(kind.as_str()));
        if let Some(Value::Array(rows)) = body.remove("services") {
            let mut services = Map::new();
            for row in rows {
                let mut days = row.as_object().cloned().unwrap_or_default();
                let service = days.remove("service").and_then(|it| it.as_str().map(ToOwned::to_owned));
                services.insert(service.unwrap_or_default(), Value::Object(days));
            }
            body.insert("services".to_owned(), Value::Object(services));
        }
        if let Some(Value::String(months)) = body.remove("post_exit_months") {
            let folded = events::thai::digits::fold(&months).into_owned();
            let words = folded.split([',', ' ']).filter(|it| !it.is_empty());
            let numbers = words.map(|it| it.parse::<u64>().map_or_else(|_| Value::from(it), Value::from));
            body.insert("post_exit_months".to_owned(), numbers.collect());
        }
    }
    whole
}

/// The fields for which a body can't be read, when all that its reader says is that it can't: those that make the body in
/// force unreadable too, put into it one at a time.
fn unreadable(sound: &Value, typed: &Value) -> Vec<String> {
    let reads = |body: Value| serde_json::from_value::<PolicyBody>(body).is_ok();
    let with = |name: &str, value: Option<Value>| {
        let mut body = sound.as_object().cloned().unwrap_or_default();
        match value {
            Some(value) => drop(body.insert(name.to_owned(), value)),
            None => drop(body.remove(name)),
        }
        Value::Object(body)
    };
    let fields = |of: &Value| of.as_object().into_iter().flatten().map(|it| it.0.clone()).collect::<Vec<_>>();
    let mut names = [fields(sound), fields(typed)].concat();
    names.sort_unstable();
    names.dedup();
    let mut found = Vec::new();
    for name in names.into_iter().filter(|name| !reads(with(name, typed.get(name).cloned()))) {
        let sample = match sound.get(&name) {
            Some(Value::Array(rows)) => rows.first().cloned(),
            _ => Some(json!({"answer_days": 1, "deliver_days": 1})),
        };
        let alone = |key: &str, row: Value| match typed.get(&name) {
            Some(Value::Array(_)) => json!([row]),
            _ => json!({key: row}),
        };
        let rows: Vec<(String, &Value)> = match typed.get(&name) {
            Some(Value::Array(rows)) => rows.iter().enumerate().map(|(at, row)| (at.to_string(), row)).collect(),
            Some(Value::Object(rows)) => rows.iter().map(|(key, row)| (key.clone(), row)).collect(),
            _ => Vec::new(),
        };
        let before = found.len();
        for (key, row) in rows.iter().filter(|(_, row)| row.is_object()) {
            if reads(with(&name, Some(alone(key, (*row).clone())))) {
                continue;
            }
            let sample = sample.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
            for cell in sample.keys() {
                let mut mended = sample.clone();
                match row.get(cell) {
                    Some(value) => drop(mended.insert(cell.clone(), value.clone())),
                    None => drop(mended.remove(cell)),
                }
                if !reads(with(&name, Some(alone(key, Value::Object(mended))))) {
                    found.push(format!("/body/{name}/{key}/{cell}"));
                }
            }
        }
        if found.len() == before {
            found.push(format!("/body/{name}"));
        }
    }
    found
}

/// What the reader of the body says of it as a whole, said of the fields that it means.
pub fn of_fields(problem: &mut Problem, sound: &Value, typed: &Value) {
    let Some(at) = problem.errors.iter().position(|it| it.pointer == "/body") else { return };
    let said = problem.errors.remove(at);
    let found = unreadable(sound, typed).into_iter().map(|pointer| FieldError { pointer, ..said.clone() });
    problem.errors.extend(found.collect::<Vec<_>>());
    if problem.errors.is_empty() {
        problem.errors.push(said);
    }
}

/// Errors of services by the row in which each was typed.
pub fn in_rows(errors: &mut [FieldError], kind: PolicyKind, fields: &Fields) {
    let typed = collect::body(&parts(kind), fields);
    let rows = typed.pointer("/body/services").and_then(Value::as_array).cloned().unwrap_or_default();
    for error in errors {
        let Some(rest) = error.pointer.strip_prefix("/body/services/") else { continue };
        let (service, field) = rest.split_once('/').unwrap_or((rest, "service"));
        let at = rows.iter().position(|row| row.get("service").and_then(Value::as_str).unwrap_or_default() == service);
        if let Some(at) = at {
            error.pointer = format!("/body/services/{at}/{field}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::has_form;
    use super::*;
    use crate::rules::policy_defaults::defaults;
    use crate::web::language::Language;
    use crate::web::pages::form::filled;

    #[test]
    fn what_is_in_force_reads_the_same_when_it_is_sent_back_as_it_stands() {
        let mut forms = 0;
        for body in defaults().into_iter().filter(|it| has_form(it.kind())) {
            for language in [Language::Thai, Language::English] {
                let parts = parts(body.kind());
                let mut fields = filled::fields(&parts, &json!({"body": to_typed(&body)}), language);
                fields.put("province", "46");
                let said = from_typed(body.kind(), &fields);
                let read: PolicyBody = serde_json::from_value(said["body"].clone()).unwrap_or_else(|error| {
                    panic!("{error}: {said}");
                });
                assert_eq!(read, body);
            }
            forms += 1;
        }
        assert_eq!(forms, PolicyKind::ALL.len() - 1);
    }

    #[test]
    fn a_body_that_can_t_be_read_names_the_fields_for_which_it_can_t() {
        let sound = json!({"kind": "sla", "answer_days": 7, "deliver_days": 30});
        let typed =
            json!({"kind": "sla", "answer_days": "x", "services": {"a": {"answer_days": 1, "deliver_days": -1}}});
        assert_eq!(
            unreadable(&sound, &typed),
            ["/body/answer_days", "/body/deliver_days", "/body/services/a/deliver_days"]
        );
    }
}
