//! A file on its way in: bounded in size and in time, never whole in memory.

use std::str::FromStr;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, Method, header};
use axum::response::Response;
use events::area::AreaCode;
use events::facts::case::UnknownCode;
use events::facts::household::StateList;
use futures::StreamExt;

use super::{FILES, acting, begun, of_kept};
use crate::access::{Action, Caller};
use crate::import::kept::{Asked, HandIn, KeptError, Shown, Upload};
use crate::web::body::{cut_off, too_slow};
use crate::web::kind::Kind;
use crate::web::problem::Problem;
use crate::web::query::{AREA, Params};
use crate::web::request::fresh_id;
use crate::web::serve::Patience;
use crate::web::who::Signed;
use crate::web::{V1, Web};

/// The largest file, in bytes. The article's register is a CSV file of 240 MB.
pub(super) const LARGEST: u64 = 512 << 20;
/// How long a whole file may take to arrive and to be looked at.
pub(in crate::web) const PATIENCE: Duration = Duration::from_mins(15);
/// What a file can be.
pub(super) const KINDS: [&str; 2] = ["households", "list"];
/// The lists of the state.
pub(super) const LISTS: [&str; 3] =
    [StateList::Tpmap.as_str(), StateList::Bmn.as_str(), StateList::WelfareCard.as_str()];
/// The longest name of a source, in characters.
const LONGEST_SOURCE: usize = 60;
/// What browsers and programs call such files besides.
const ALSO: [&str; 3] = ["application/octet-stream", "application/vnd.ms-excel", "application/csv"];
/// A file as small as one can be.
pub(super) const EXAMPLE: &str = "household_ref,tambon_code,sources,member_no,given_name,family_name,relation,residence_status\n\
     KLS-00001,460901,village_leader,1,ตัวอย่าง,สมมุติ,head,registered_and_living\n";

/// Whether a request brings a file: it may take longer than others.
pub(in crate::web) fn is_upload(request: &Request) -> bool {
    let path = request.uri().path();
    request.method() == Method::POST && path.strip_prefix(V1).unwrap_or(path) == "/imports"
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Households,
    List,
}

impl FromStr for FileKind {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        match text {
            "households" => Ok(Self::Households),
            "list" => Ok(Self::List),
            _ => Err(UnknownCode),
        }
    }
}

/// What the parameters say that the file is.
pub(in crate::web) fn asked(web: &Web, mut params: Params) -> Result<Asked, Problem> {
    let kind = params.one_of::<FileKind>("kind", &KINDS).unwrap_or(FileKind::Households);
    let asked = match kind {
        FileKind::Households => {
            let source = params.text("source").unwrap_or_else(|| "households".to_owned());
            if source.chars().count() > LONGEST_SOURCE {
                params.wrong("source", "too_long", "ยาวเกินไป", "is too long");
            }
            Some(Asked::Households { source })
        }
        FileKind::List => {
            let list = params.one_of::<StateList>("list", &LISTS);
            let list_date = params.day("list_date");
            let area = params.value::<AreaCode>("area", AREA);
            if list_date.is_some_and(|date| date > web.0.desk.today()) {
                params.wrong("list_date", "in_the_future", "ยังไม่ถึงวันนี้", "has not come yet");
            }
            for (name, is_missing) in [("list", list.is_none()), ("list_date", list_date.is_none())] {
                if is_missing {
                    params.wrong(name, "missing", "ต้องระบุ", "must be given");
                }
            }
            list.zip(list_date).map(|(list, list_date)| Asked::List { list, list_date, area })
        }
    };
    params.finish()?;
    asked.ok_or_else(Problem::nothing_there)
}

/// What brings a file piece by piece.
pub(in crate::web) trait Pieces: Send {
    /// The next piece; none when it is whole.
    fn piece(&mut self) -> impl Future<Output = Result<Option<Bytes>, Problem>> + Send;
}

/// A body on its way, of which each piece must come in time.
#[derive(Debug)]
pub(in crate::web) struct Coming {
    body: BodyDataStream,
    patience: Duration,
}

impl Coming {
    /// The body of a request, with what the service said of its patience.
    pub(in crate::web) fn of(body: Body, said: &Extensions) -> Self {
        Self { body: body.into_data_stream(), patience: said.get::<Patience>().copied().unwrap_or_default().body }
    }
}

impl Pieces for Coming {
    async fn piece(&mut self) -> Result<Option<Bytes>, Problem> {
        let next = tokio::time::timeout(self.patience, self.body.next()).await.map_err(|_| too_slow())?;
        next.transpose().map_err(|_| cut_off())
    }
}

/// Takes a file in.
pub(super) async fn upload(
    State(web): State<Web>,
    Signed(caller): Signed,
    params: Params,
    request: Request,
) -> Result<Response, Problem> {
    let caller = acting(&web, caller, Action::ImportFiles).await?;
    let asked = asked(&web, params)?;
    is_a_file(request.headers())?;
    let (parts, body) = request.into_parts();
    let shown = taken(&web, &caller, asked, &mut Coming::of(body, &parts.extensions)).await?;
    Ok(begun(shown, &caller))
}

/// Takes a file in, however it comes: as a body of its own, or within a form.
pub(in crate::web) async fn taken(
    web: &Web,
    caller: &Caller,
    asked: Asked,
    coming: &mut impl Pieces,
) -> Result<Shown, Problem> {
    let mut upload = web.0.imports.receive(fresh_id(), caller).map_err(of_kept)?;
    arrive(&mut upload, coming).await?;
    web.0.imports.hand_in(upload, asked, caller).await.map_err(|error| match error {
        HandIn::File(error) => {
            let text = error.text();
            Problem::new(Kind::File, error.code(), text.th, text.en)
        }
        HandIn::Kept(error) => of_kept(error),
    })
}

/// Whether the headers speak of a file, and of one that is not too large.
fn is_a_file(headers: &HeaderMap) -> Result<(), Problem> {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let media = said(header::CONTENT_TYPE).and_then(|it| it.split(';').next()).unwrap_or_default().trim();
    if !FILES.iter().chain(&ALSO).any(|it| it.eq_ignore_ascii_case(media)) {
        return Err(Problem::new(
            Kind::MediaType,
            "not_a_file",
            "ต้องส่งไฟล์ CSV หรือ XLSX พร้อม Content-Type ของไฟล์",
            "send a CSV or XLSX file as the body, with its Content-Type",
        ));
    }
    if said(header::CONTENT_LENGTH).and_then(|it| it.parse().ok()).is_some_and(|length: u64| length > LARGEST) {
        return Err(too_large());
    }
    Ok(())
}

/// Writes down what comes, as long as it comes.
async fn arrive(upload: &mut Upload, coming: &mut impl Pieces) -> Result<(), Problem> {
    let mut bytes = 0;
    while let Some(piece) = coming.piece().await? {
        bytes += piece.len() as u64;
        if bytes > LARGEST {
            return Err(too_large());
        }
        upload.write(&piece).await.map_err(|error| of_kept(KeptError::Disk(error)))?;
    }
    Ok(())
}

fn too_large() -> Problem {
    let most = LARGEST >> 20;
    Problem::new(
        Kind::TooLarge,
        "file_too_large",
        format!("ไฟล์ต้องไม่เกิน {most} MB ให้แบ่งไฟล์ หรือใช้คำสั่ง huean import"),
        format!("a file may have {most} MB: divide it, or use the command huean import"),
    )
}
