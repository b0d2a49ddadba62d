//! Each role of the demo signs in with what its file says.

use std::os::unix::fs::PermissionsExt;

use huean::access::Role;
use huean::demo::make_sign_ins;
use huean::signin::{Cost, Device, Entry, Missing, SignIn, needs_second_factor};
use serde_json::Value;

use crate::fixture::demo;

#[tokio::test]
async fn one_person_of_each_role_signs_in_with_what_a_file_of_the_owner_says() {
    let demo = demo(3, 4).await;
    let sign_in = SignIn::at(&demo.desk, Cost { memory: 64, passes: 1 });
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sign-ins.json");
    make_sign_ins(&sign_in, &path, &demo.filled.people).await.unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let ways: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let mut seen = Vec::new();
    for way in &ways {
        let text = |name: &str| way[name].as_str().unwrap().to_owned();
        let entry = Entry {
            login: text("login"),
            password: text("password"),
            code: None,
            role: None,
            device: Device::Computer,
            from: None,
        };
        let fresh = huean::signin::Fresh::drawn(&mut rand::rng());
        let entered = sign_in.enter(entry, &fresh).await;
        if way["second_factor"].is_null() {
            let acting = entered.unwrap().session.acting;
            assert_eq!((acting.role.as_str(), acting.missing), (way["login"].as_str().unwrap(), Missing::Nothing));
            assert!(!needs_second_factor(acting.role));
        } else {
            assert!(matches!(entered, Err(huean::signin::SignInError::CodeNeeded)), "{way}");
            assert!(way["second_factor"]["uri"].as_str().unwrap().starts_with("otpauth://totp/Huean:"));
        }
        seen.push(text("login"));
    }
    let people = Role::ALL.into_iter().filter(|role| *role != Role::System).map(Role::as_str);
    assert_eq!(seen, people.collect::<Vec<_>>());
    make_sign_ins(&sign_in, &path, &demo.filled.people).await.unwrap_err();
}
