//! `docker-compose.yml`: every variable, port, path and command in it is one of the program's.

use std::collections::BTreeSet;

use saphyr::{LoadableYamlNode, Yaml};
use serde_json::{Map, Value};

use crate::dockerfile::{is_plain_and_pinned, read, shipped};
use crate::program::{help_after, variables};

/// The file as JSON, which has paths to ask by.
pub fn compose() -> Value {
    let text = read("docker-compose.yml");
    let documents = Yaml::load_from_str(&text).expect("docker-compose.yml is YAML");
    let [document] = documents.as_slice() else { panic!("one document") };
    json(document)
}

fn json(node: &Yaml) -> Value {
    if let Some(map) = node.as_mapping() {
        let name = |key: &Yaml| key.as_str().expect("a name").to_owned();
        return Value::Object(map.iter().map(|(key, value)| (name(key), json(value))).collect::<Map<_, _>>());
    }
    if let Some(list) = node.as_sequence() {
        return Value::Array(list.iter().map(json).collect());
    }
    if let Some(text) = node.as_str() {
        return Value::from(text);
    }
    node.as_bool().map(Value::from).or_else(|| node.as_integer().map(Value::from)).unwrap_or(Value::Null)
}

/// A service of ours, or the database's.
pub fn service(name: &str) -> Value {
    compose().pointer(&format!("/services/{name}")).cloned().unwrap_or_else(|| panic!("no service {name}"))
}

/// A list of words at a path.
pub fn list(of: &Value, pointer: &str) -> Vec<String> {
    let found = of.pointer(pointer).and_then(Value::as_array).unwrap_or_else(|| panic!("no list at {pointer}"));
    found.iter().map(|it| it.as_str().expect("a text").to_owned()).collect()
}

/// The environment of a service.
pub fn environment(of: &Value) -> Vec<(String, String)> {
    let set = of.pointer("/environment").and_then(Value::as_object).expect("an environment");
    set.iter().map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned())).collect()
}

/// The names that `${NAME…}` asks for, with whether a missing one stops the start.
fn asked_for(text: &str) -> BTreeSet<(&str, bool)> {
    text.split("${")
        .skip(1)
        .filter_map(|it| it.split('}').next())
        .map(|it| (it.split(':').next().unwrap_or(it), it.contains(":?")))
        .collect()
}

#[test]
fn every_command_is_one_that_the_program_takes_and_every_variable_one_that_it_reads() {
    for name in ["setup", "huean"] {
        let service = service(name);
        let command = list(&service, "/command");
        let help = help_after(&command.iter().map(String::as_str).collect::<Vec<_>>())
            .unwrap_or_else(|error| panic!("{name}: {command:?}: {error}"));
        for (variable, _) in environment(&service) {
            assert!(variables(&help).contains(variable.as_str()), "{name}: the program does not read {variable}");
        }
    }
    let command = list(&service("setup"), "/command");
    assert_eq!(command.iter().take(2).collect::<Vec<_>>(), ["setup", "postgres"]);
    assert_eq!(list(&service("huean"), "/command").first().map(String::as_str), Some("serve"));
}

#[test]
fn one_port_is_listened_on_published_on_the_loopback_address_and_asked_for_health() {
    let service = service("huean");
    let port = shipped("EXPOSE").pop().expect("an EXPOSE");
    assert!(list(&service, "/command").contains(&format!("0.0.0.0:{port}")));
    assert_eq!(list(&service, "/ports"), [format!("127.0.0.1:{port}:{port}")]);
    assert_eq!(list(&service, "/healthcheck/test").last(), Some(&format!("http://127.0.0.1:{port}/healthz")));
    assert!(compose().pointer("/services/postgres/ports").is_none(), "the database is nobody else's");
}

#[test]
fn the_root_key_is_on_a_volume_that_setup_and_service_share_and_the_user_owns() {
    let data = shipped("ENV").iter().find_map(|it| it.strip_prefix("HUEAN_DATA=").map(ToOwned::to_owned)).unwrap();
    for name in ["setup", "huean"] {
        let service = service(name);
        assert!(environment(&service).contains(&("HUEAN_DATA".to_owned(), data.clone())), "{name}");
        assert_eq!(list(&service, "/volumes"), [format!("data:{data}")], "{name}");
        assert_eq!(service.pointer("/read_only"), Some(&Value::Bool(true)), "{name}");
        assert!(service.pointer("/user").is_none(), "{name}: the image's user owns the volume");
    }
    let volumes = compose();
    let volumes = volumes.pointer("/volumes").and_then(Value::as_object).expect("volumes");
    assert_eq!(volumes.keys().collect::<Vec<_>>(), ["data", "postgres"]);
}

#[test]
fn the_proxy_whose_word_is_taken_is_the_gateway_of_the_network_and_nobody_else() {
    let set = environment(&service("huean"));
    let trusted = set.iter().find(|(name, _)| name == "HUEAN_TRUSTED_PROXY").expect("a proxy is trusted");
    let config = compose().pointer("/networks/default/ipam/config/0").cloned().expect("a network with fixed addresses");
    assert_eq!(Some(trusted.1.as_str()), config.pointer("/gateway").and_then(Value::as_str));
    let subnet = config.pointer("/subnet").and_then(Value::as_str).expect("a subnet");
    assert!(trusted.1.starts_with(subnet.split(".0/").next().expect("a /24")), "{subnet}");
}

#[test]
fn each_waits_for_what_it_needs() {
    let setup = service("setup");
    assert_eq!(setup.pointer("/depends_on/postgres/condition"), Some(&Value::from("service_healthy")));
    assert_eq!(setup.pointer("/restart"), Some(&Value::from("no")), "it runs once");
    let huean = service("huean");
    assert_eq!(huean.pointer("/depends_on/postgres/condition"), Some(&Value::from("service_healthy")));
    assert_eq!(huean.pointer("/depends_on/setup/condition"), Some(&Value::from("service_completed_successfully")));
    // The server of the first start, which is still making the roles, answers on its socket only.
    let asked = list(&service("postgres"), "/healthcheck/test");
    assert!(asked.contains(&"pg_isready".to_owned()) && asked.contains(&"127.0.0.1".to_owned()), "{asked:?}");
}

#[test]
fn images_are_plain_and_the_database_is_new_enough() {
    let image = service("postgres");
    let image = image.pointer("/image").and_then(Value::as_str).unwrap();
    assert!(is_plain_and_pinned(image), "{image}");
    let major = image.strip_prefix("postgres:").and_then(|it| it.split(['-', '.']).next()).unwrap();
    assert!(major.parse::<u32>().unwrap() >= 15, "{image}");
    for name in ["setup", "huean"] {
        assert_eq!(service(name).pointer("/build"), Some(&Value::from(".")), "{name} is built here");
    }
}

#[test]
fn every_password_is_asked_for_and_none_is_written_down() {
    let text = read("docker-compose.yml");
    let asked = asked_for(&text);
    assert!(asked.iter().all(|(_, required)| *required), "a missing one must stop the start: {asked:?}");
    let asked: BTreeSet<&str> = asked.into_iter().map(|(name, _)| name).collect();
    let example = read(".env.example");
    let explained: BTreeSet<&str> =
        example.lines().filter(|it| !it.starts_with('#')).filter_map(|it| it.split_once('=')).map(|it| it.0).collect();
    assert_eq!(asked, explained);
    assert!(example.lines().all(|it| it.starts_with('#') || it.is_empty() || it.ends_with('=')), "a value is set");
    assert!(read(".gitignore").lines().any(|it| it == ".env"));
    // Each address with a user takes its password from there.
    for (at, _) in text.match_indices("postgres://") {
        let address = text.get(at..).and_then(|it| it.split_whitespace().next()).unwrap_or_default();
        assert!(address.contains(":${"), "{address}");
    }
    assert_eq!(asked_for("a ${B:?c} ${D}"), BTreeSet::from([("B", true), ("D", false)]));
}

#[test]
fn the_script_that_makes_the_roles_is_mounted_and_gets_what_it_asks_for() {
    let postgres = service("postgres");
    assert!(
        list(&postgres, "/volumes").contains(&"./deploy/roles.sh:/docker-entrypoint-initdb.d/roles.sh:ro".to_owned())
    );
    let script = read("deploy/roles.sh");
    let given: BTreeSet<String> = environment(&postgres).into_iter().map(|(name, _)| name).collect();
    let asked: Vec<&str> = script.lines().filter_map(|it| it.strip_prefix("\\getenv ")?.split(' ').nth(1)).collect();
    assert!(!asked.is_empty() && asked.iter().all(|it| given.contains(*it)), "{asked:?} of {given:?}");
}
