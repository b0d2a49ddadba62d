//! Which problem each error of the sign-in is.

use crate::desk::DeskError;
use crate::rules::refusal::Thing;
use crate::signin::{LONGEST, SHORTEST, SignInError, Weak};
use crate::web::kind::Kind;
use crate::web::problem::Problem;
use crate::web::refused::{chain, damaged, of_desk};
use crate::web::who::session_needed;

/// The problem of an error; `password` points to the field that holds a new password.
pub fn of_sign_in(error: SignInError, password: &str) -> Problem {
    match error {
        SignInError::Refused => Problem::new(
            Kind::Unauthenticated,
            "sign_in_refused",
            "ชื่อผู้ใช้ รหัสผ่าน หรือรหัสยืนยันไม่ถูกต้อง หรือบัญชีถูกล็อก",
            "name, password or code is not right, or the account is locked",
        ),
        SignInError::CodeNeeded => {
            let (th, en) = ("ต้องใส่รหัสยืนยันหกหลักจากโทรศัพท์", "send the six digits of the second factor as `code`");
            Problem::new(Kind::Unauthenticated, "code_needed", th, en)
        }
        SignInError::Wait(seconds) => Problem::new(
            Kind::TooMany,
            "too_many_tries",
            format!("ลองผิดหลายครั้ง รออีก {seconds} วินาที"),
            format!("too many wrong tries: wait {seconds} seconds"),
        )
        .again_after(seconds),
        SignInError::Busy => {
            let (th, en) = ("มีผู้เข้าสู่ระบบพร้อมกันมาก ลองอีกครั้ง", "too many sign in at this moment: try again");
            Problem::new(Kind::TooMany, "sign_in_busy", th, en).again_after(2)
        }
        SignInError::Weak(weak) => of_weak(weak, password),
        SignInError::NoRole => Problem::new(
            Kind::Forbidden,
            "no_role",
            "ท่านไม่มีบทบาทนี้ในวันนี้ ติดต่อผู้ดูแลระบบ",
            "you hold no such role today: ask an administrator",
        ),
        SignInError::NoAccount => {
            let (th, en) = ("ไม่พบบัญชีหรือเจ้าหน้าที่คนนี้", "there is no such member of staff, or no account");
            Problem::new(Kind::NotFound, "no_such_account", th, en)
        }
        SignInError::HasAccount => {
            Problem::new(Kind::IdTaken, "has_account", "เจ้าหน้าที่คนนี้มีบัญชีแล้ว", "this member of staff has an account")
        }
        SignInError::Name => Problem::field(
            "/login",
            "login_name",
            "ชื่อผู้ใช้มี 3–64 ตัว (a–z 0–9 . _ - @) และต้องไม่ซ้ำ",
            "must have 3 to 64 letters, digits, `.`, `_`, `-` or `@`, and be nobody else's",
        ),
        SignInError::Own => Problem::new(
            Kind::Rule,
            "own_account",
            "ทำกับบัญชีของตัวเองไม่ได้ ให้ผู้ดูแลอีกคนทำ",
            "not for your own account: ask another administrator",
        ),
        SignInError::SessionNeeded => session_needed(),
        SignInError::ShowAgain => Problem::new(
            Kind::Forbidden,
            "show_again",
            "ต้องแสดงรหัสผ่านหรือรหัสยืนยันอีกครั้งก่อน (ภายใน 5 นาที) หรือออกแล้วเข้าสู่ระบบใหม่",
            "show the password or a code again first, or sign in anew: it was more than five minutes ago",
        ),
        SignInError::HasSecondFactor => Problem::new(
            Kind::Rule,
            "has_second_factor",
            "มีรหัสยืนยันตัวครั้งที่สองแล้ว ถ้าโทรศัพท์หายให้ผู้ดูแลตั้งบัญชีใหม่",
            "there is a second factor already: for a new phone an administrator resets the account",
        ),
        SignInError::Token(field) => {
            let (th, en) = match field {
                "name" => ("ชื่อโทเคนมี 1–60 ตัวอักษร", "must have 1 to 60 characters"),
                "days" => ("อายุโทเคน 1–366 วัน", "must be 1 to 366"),
                _ => ("มีโทเคนมากเกินไป ยกเลิกบางส่วนก่อน", "there are too many tokens: end some first"),
            };
            Problem::field(format!("/{field}"), "token", th, en)
        }
        SignInError::Conflict => {
            let (th, en) = ("บัญชีเปลี่ยนไประหว่างนี้ ลองอีกครั้ง", "the account was changed meanwhile: try again");
            Problem::new(Kind::Conflict, "account_changed", th, en)
        }
        SignInError::Vault(error) => of_desk(DeskError::Vault(error), Thing::Staff),
        SignInError::Desk(error) => of_desk(error, Thing::Staff),
        error @ (SignInError::Damaged | SignInError::Hashing | SignInError::File(_)) => {
            tracing::error!(error = chain(&error), "the sign-in does not work");
            damaged()
        }
    }
}

fn of_weak(weak: Weak, pointer: &str) -> Problem {
    let (code, th, en) = match weak {
        Weak::Short => (
            "password_short",
            format!("รหัสผ่านต้องมีอย่างน้อย {SHORTEST} ตัวอักษร"),
            format!("must have at least {SHORTEST} characters"),
        ),
        Weak::Long => (
            "password_long",
            format!("รหัสผ่านมีได้ไม่เกิน {LONGEST} ตัวอักษร"),
            format!("must have at most {LONGEST} characters"),
        ),
        Weak::Common => (
            "password_common",
            "รหัสผ่านนี้เดาง่ายเกินไป".to_owned(),
            "is one of the first that anybody would try".to_owned(),
        ),
        Weak::Name => ("password_name", "รหัสผ่านต้องไม่มีชื่อผู้ใช้".to_owned(), "must not hold the login name".to_owned()),
        Weak::Same => ("password_same", "ต้องเป็นรหัสผ่านใหม่".to_owned(), "must be another than before".to_owned()),
    };
    Problem::field(pointer, code, th, en)
}
