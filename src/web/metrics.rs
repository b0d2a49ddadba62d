//! How the service is doing, for Prometheus: requests by route and status, positions and lag. No label is personal.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::Web;

/// Upper bounds of the buckets, in seconds.
const BUCKETS: [f64; 8] = [0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// Counts since the start.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<BTreeMap<Label, Times>>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Label {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Default)]
struct Times {
    count: u64,
    seconds: f64,
    buckets: [u64; BUCKETS.len()],
}

/// The layer that counts. A route is named as it is written, so that no id becomes a label.
pub async fn counted(State(web): State<Web>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let method = match request.method().as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "HEAD" => "HEAD",
        _ => "other",
    };
    let began = Instant::now();
    let response = next.run(request).await;
    web.0.metrics.add(Label { route, method, status: response.status().as_u16() }, began.elapsed());
    response
}

impl Metrics {
    fn add(&self, label: Label, took: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = all.entry(label).or_default();
        times.count += 1;
        times.seconds += took.as_secs_f64();
        for (bound, bucket) in BUCKETS.iter().zip(&mut times.buckets) {
            *bucket += u64::from(took.as_secs_f64() <= *bound);
        }
    }

    /// The counts in Prometheus's text form.
    fn text(&self) -> String {
        let mut text = String::from(
            "# HELP huean_http_request_duration_seconds How long requests took, by route and status.\n\
             # TYPE huean_http_request_duration_seconds histogram\n",
        );
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = "huean_http_request_duration_seconds";
        for (Label { route, method, status }, times) in &*all {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            for (bound, bucket) in BUCKETS.iter().zip(times.buckets) {
                let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{bound}\"}} {bucket}");
            }
            let Times { count, seconds, .. } = times;
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {count}");
            let _ = writeln!(text, "{name}_sum{{{labels}}} {seconds:.6}");
            let _ = writeln!(text, "{name}_count{{{labels}}} {count}");
        }
        text
    }
}

/// Everything that `/metrics` says.
pub async fn text(web: &Web) -> String {
    let mut text = web.0.metrics.text();
    let mut gauge = |name: &str, help: &str, values: &[(String, u64)]| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (labels, value) in values {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    let head = web.0.desk.log().head().await;
    gauge("huean_log_up", "Whether the log answers.", &[(String::new(), u64::from(head.is_ok()))]);
    let progress = web.0.read_model.progress();
    let files = [("figures", progress.figures), ("people", progress.people)];
    let label = |file: &str| format!("{{file=\"{file}\"}}");
    let positions: Vec<_> = files.iter().map(|(name, file)| (label(name), file.position)).collect();
    gauge("huean_read_model_position", "The position that a file of the read model holds.", &positions);
    let live: Vec<_> = files.iter().map(|(name, file)| (label(name), u64::from(file.state == "live"))).collect();
    gauge("huean_read_model_live", "Whether a file of the read model follows the log.", &live);
    if let Ok(head) = head {
        gauge("huean_log_position", "The log's last position.", &[(String::new(), head.position)]);
        let lag: Vec<_> =
            files.iter().map(|(name, file)| (label(name), head.position.saturating_sub(file.position))).collect();
        gauge("huean_read_model_lag_events", "Events that a file of the read model does not hold yet.", &lag);
    }
    text
}
