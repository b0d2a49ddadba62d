//! `huean demo`

use std::time::Instant;

use chrono::{Months, NaiveDate};
use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use events::clock::{Clock, SimulatedClock, day_of, start_of};
use events::log::LogError;

use super::serve::{ListenArgs, serve};
use super::{CliError, output};
use crate::access::Role;
use crate::app::{AppError, House, Missing, Place};
use crate::demo;
use crate::first_start;
use crate::signin::{Cost, SignIn};
use crate::web::Bearer;

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    #[command(flatten)]
    listen: ListenArgs,
    /// How many households
    #[arg(long, env = "HUEAN_SCALE", value_enum, default_value_t = Scale::Pilot)]
    scale: Scale,
    /// Same seed and start: same ids, facts, dates and positions
    #[arg(long, env = "HUEAN_SEED", default_value_t = 1, value_name = "N")]
    seed: u64,
    /// The first day [default: two years ago]
    #[arg(long, env = "HUEAN_START", value_name = "DATE")]
    start: Option<NaiveDate>,
    /// Fill the log and end
    #[arg(long, env = "HUEAN_NO_SERVE", value_parser = FalseyValueParser::new())]
    no_serve: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Scale {
    /// The 958 households of two Kalasin districts
    Pilot,
    /// 11,875 households with 51,034 people in the 18 districts of Kalasin
    Kalasin,
    /// 231,021 households with 1,039,584 people in 20 provinces
    Twenty,
}

impl Scale {
    const fn filled(self) -> demo::Scale {
        match self {
            Self::Pilot => demo::Scale::Pilot,
            Self::Kalasin => demo::Scale::Kalasin,
            Self::Twenty => demo::Scale::Twenty,
        }
    }
}

/// Says how far the filling is, at every tenth of the pilot's time and every hundredth of a wider one's.
struct Teller {
    every: u32,
    said: u32,
    /// When it was last said, and the days and commands behind then.
    since: (Instant, u32, u64),
}

impl Teller {
    fn tell(&mut self, it: &demo::Progress) {
        let percent = it.days_done * 100 / it.days.max(1);
        if percent < self.said + self.every {
            return;
        }
        self.said = percent;
        let (when, days, commands) = std::mem::replace(&mut self.since, (Instant::now(), it.days_done, it.commands));
        let took = when.elapsed().as_secs_f64().max(0.001);
        let done = u32::try_from(it.commands - commands).unwrap_or(u32::MAX);
        let rate = f64::from(done) / took;
        // As if the days to come took as long as the last ones.
        let left = took * f64::from(it.days - it.days_done) / f64::from((it.days_done - days).max(1)) / 60.0;
        let (day, commands) = (it.day, it.commands);
        output::note(&format!("{percent:>3} %  {day}  {commands} commands, {rate:.0}/s, about {left:.0} min left"));
    }
}

pub(super) async fn run(place: &Place, args: DemoArgs) -> Result<(), CliError> {
    let now = Clock::Real.now();
    let start = args
        .start
        .or_else(|| day_of(now).checked_sub_months(Months::new(24)))
        .ok_or_else(|| CliError::Usage("the calendar does not reach back two years".to_owned()))?;
    if start >= day_of(now) {
        return Err(CliError::Usage(format!("the demo starts before today: {start} does not")));
    }
    let clock = SimulatedClock::starting(start_of(start));
    let filled = {
        let house = House::open(place, Missing::Make, Clock::Simulated(clock.clone())).await.map_err(|error| {
            if matches!(error, AppError::Log(LogError::ClockRefused)) {
                return CliError::Usage("the log is in use: the demo fills a new one (--data or --log)".to_owned());
            }
            error.into()
        })?;
        let head = house.log.head().await.map_err(|error| CliError::unreachable("the log can't be read", error))?;
        if head.position > 0 {
            return Err(CliError::Usage(format!(
                "the log holds {} events already: the demo fills a new one. Serve it with `huean serve`",
                head.position
            )));
        }
        let plan = demo::Plan { seed: args.seed, start, until: now, scale: args.scale.filled() };
        let every = if matches!(args.scale, Scale::Pilot) { 10 } else { 1 };
        let mut teller = Teller { every, said: 0, since: (Instant::now(), 0, 0) };
        let mut progress = |it: demo::Progress| teller.tell(&it);
        demo::fill(&house.desk, &clock, plan, &mut progress)
            .await
            .map_err(|error| CliError::unreachable("the demo could not be filled", error))?
    };
    output::line(&format!(
        "{} households, {} commands on {} days, {} of them refused as the stories expect",
        filled.households, filled.commands, filled.days, filled.refused
    ))?;
    // From here on the real clock: the log ends about now.
    let house = House::open(place, Missing::Refuse, Clock::Real).await?;
    let sign_in = SignIn::at(&house.desk, Cost::default());
    let sign_ins = place.sign_ins();
    demo::make_sign_ins(&sign_in, &sign_ins, &filled.people)
        .await
        .map_err(|error| CliError::unreachable("the demo's accounts can't be made", error))?;
    let mut offered: Vec<Role> = Vec::new();
    let bearers = filled
        .people
        .into_iter()
        .map(|it| {
            // The first of each role is called by its role, so that a tour can name it.
            let first = !offered.contains(&it.role);
            offered.push(it.role);
            let name = if first { it.role.as_str().to_owned() } else { it.label };
            Bearer { name, role: it.role, staff: it.staff, scope: it.scope, agency: it.agency }
        })
        .collect();
    let path = place.tokens();
    let tokens = first_start::issue(&path, bearers)
        .map_err(|error| CliError::unreachable("the file of tokens can't be written", error))?;
    output::line(&format!("Login names and passwords, one per role, are in {}", sign_ins.display()))?;
    output::line(&format!("Tokens for programs and for the tour are in {}", path.display()))?;
    if args.no_serve {
        return Ok(());
    }
    serve(place, house, (tokens, sign_in), &args.listen).await
}
