//! `huean serve`

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use events::area::AreaCode;
use events::clock::Clock;
use events::log::Log;
use projections::read_model::OpenReadModel;
use projections::{ProjectionError, ReadModel};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{CliError, output};
use crate::access_log::DAILY_ROWS;
use crate::app::{House, Missing, Place};
use crate::first_start;
use crate::import::kept::Imports;
use crate::signin::{Cost, Fresh, SignIn};
use crate::watcher;
use crate::web::{self, App, Patience, Proxies, Proxy, Tokens};

/// How often a node asks whether another one erased somebody.
const PURGE_EVERY: Duration = Duration::from_secs(1);

/// How often files that were handed in are looked at, whether they were kept long enough.
const SWEEP_EVERY: Duration = Duration::from_mins(10);

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    pub(super) listen: ListenArgs,
    /// Province whose first policies a new log gets
    #[arg(long, env = "HUEAN_PROVINCE", default_value = "46", value_name = "CODE")]
    province: AreaCode,
}

#[derive(Debug, Clone, Args)]
pub(super) struct ListenArgs {
    /// Proxies in front of the service, whose X-Forwarded-For is believed; several with commas
    #[arg(long, env = "HUEAN_TRUSTED_PROXY", value_delimiter = ',', value_name = "ADDR|CIDR")]
    trusted_proxy: Vec<Proxy>,
    /// Address to listen at
    #[arg(long, env = "HUEAN_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    /// How many rows with personal values one person is shown in lists in a day
    #[arg(long, env = "HUEAN_DAILY_ROWS", default_value_t = DAILY_ROWS, value_name = "N")]
    daily_rows: u32,
    /// Seconds that a caller may take to send a request's header
    #[arg(long, env = "HUEAN_HEADER_TIMEOUT", default_value = "20", value_name = "SECONDS", value_parser = seconds)]
    header_timeout: Duration,
    /// Seconds that a caller may take to send a request's body
    #[arg(long, env = "HUEAN_BODY_TIMEOUT", default_value = "20", value_name = "SECONDS", value_parser = seconds)]
    body_timeout: Duration,
}

/// Up to so long as a request is worked on at all.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "must be a number of seconds".to_owned())?;
    if (0.01..=25.0).contains(&seconds) {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err("must be 0.01 to 25 seconds".to_owned())
    }
}

pub(super) async fn run(place: &Place, args: ServeArgs) -> Result<(), CliError> {
    let house = House::open(place, Missing::Make, Clock::Real).await?;
    house
        .log
        .refuse_privileged_role()
        .await
        .map_err(|error| CliError::unreachable("the log can't be served", error))?;
    let province = args.province.province();
    let tokens = first_start::tokens(place, &house, province)
        .await
        .map_err(|error| CliError::unreachable("the file of tokens can't be used", error))?;
    first_start::policies(&house, province)
        .await
        .map_err(|error| CliError::unreachable("the first policies can't be published", error))?;
    let sign_in = SignIn::at(&house.desk, Cost::default());
    let path = place.first_administrator();
    let offered = sign_in
        .offer_first(&path, province, &Fresh::drawn(&mut rand::rng()))
        .await
        .map_err(|error| CliError::unreachable("the first administrator can't be let in", error))?;
    if offered {
        output::note(&format!(
            "Nobody has an account yet. The token for the first administrator is in {}",
            path.display()
        ));
    }
    serve(place, house, (tokens, sign_in), &args.listen).await
}

/// Serves until Ctrl-C or SIGTERM.
pub(super) async fn serve(
    place: &Place,
    house: House,
    (tokens, sign_in): (Tokens, SignIn),
    listen: &ListenArgs,
) -> Result<(), CliError> {
    let proxies: Proxies = listen.trusted_proxy.iter().copied().collect();
    let ListenArgs { listen, header_timeout, body_timeout, daily_rows, .. } = *listen;
    let open = OpenReadModel { dir: place.data.clone(), log: house.log.clone(), vault: house.vault.clone() };
    let read_model = ReadModel::open(open).await.map_err(|error| {
        if matches!(error, ProjectionError::Locked(_)) {
            let what = "another process serves from this directory: give each node a directory of its own with --data";
            return CliError::Usage(what.to_owned());
        }
        CliError::unreachable("the read models can't be opened", error)
    })?;
    let ended = ending()?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| CliError::unreachable(&format!("nothing can listen at {listen}"), error))?;
    let address = listener.local_addr().map_err(|error| CliError::unreachable("no address", error))?;
    output::line(&format!("Huean serves at http://{address}/api/v1"))?;
    output::note(&format!(
        "Programs use a token of {}, people sign in; the contract is http://{address}/api/openapi.json",
        place.tokens().display()
    ));
    let imports = Imports::open(&place.data, &house.desk, &read_model)
        .map_err(|error| CliError::unreachable("the folder of imports can't be used", error))?;
    let watching = tokio::spawn(watcher::watch(house.desk.clone(), read_model.clone()));
    // What was handed in before somebody was erased while this node was off goes before anybody is answered.
    let heard = imports
        .follow_erasures(0)
        .await
        .map_err(|error| CliError::unreachable("the folder of imports can't be used", error))?;
    let sweeping = tokio::spawn(swept(imports.clone(), house.log.clone()));
    let purging = tokio::spawn(purged(imports.clone(), heard));
    let app =
        App { desk: house.desk, tokens, sign_in, read_model: read_model.clone(), imports: imports.clone(), daily_rows };
    let patience = Patience { header: header_timeout, body: body_timeout };
    let served = web::serve(listener, web::behind(web::router(app), proxies), patience, ended).await;
    watching.abort();
    sweeping.abort();
    purging.abort();
    // What is being recorded is finished to the next whole household; asked again, it goes on there.
    imports.stop().await;
    read_model.stop().await;
    served.map_err(|error| CliError::unreachable("the service ended", error))
}

/// Removes files that were kept long enough, also where nobody asks for them any more.
async fn swept(imports: Imports, log: Log) {
    loop {
        imports.sweep(log.clock().now());
        tokio::time::sleep(SWEEP_EVERY).await;
    }
}

/// Removes kept files soon after another node erased somebody.
async fn purged(imports: Imports, mut heard: i64) {
    loop {
        tokio::time::sleep(PURGE_EVERY).await;
        match imports.follow_erasures(heard).await {
            Ok(epoch) => heard = epoch,
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "kept files are not purged yet"),
        }
    }
}

/// Ctrl-C, or a polite request to end: listened for from the call on, not only once somebody waits. Whoever has read that
/// the service is there may end it.
pub(super) fn ending() -> Result<impl Future<Output = ()> + Send, CliError> {
    let listen = |kind| signal(kind).map_err(|error| CliError::unreachable("signals can't be heard", error));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
