//! The other aggregates: what a decision about a household looks at, and the commands they take themselves.

use cqrs_es::{Aggregate, DomainEvent};
use events::area::AreaCode;
use events::clock::day_of;
use events::facts::staff::STAFF;
use events::id::{AgencyId, HouseholdId, ModelId, StaffId};
use events::log::{StreamId, StreamRead};

use super::answer::Receipt;
use super::cache::{Bound, Cache};
use super::commit::Facts;
use super::error::DeskError;
use super::load::{Loaded, Values, load};
use super::order::{AgencyCommand, ModelCommand, StaffCommand};
use super::{Desk, Submission};
use crate::access::{Action, Denied, Relation, may};
use crate::rules::policy::{Publish, Withdraw};
use crate::rules::staff::Of;
use crate::rules::{Asked, Needs, Others, Refusal};

/// The others, and the sequences at which they were seen: the append names them.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) others: Others,
    pub(super) households: Vec<(HouseholdId, u64)>,
    pub(super) agencies: Vec<(AgencyId, u64)>,
    pub(super) models: Vec<(ModelId, u64)>,
}

impl Desk {
    /// Loads the others a decision needs. They may come from the cache: a stale one fails the append, and a no that
    /// rests on a stale one is judged again with `fresh`.
    pub(super) async fn see(&self, needs: &Needs, fresh: bool) -> Result<Seen, DeskError> {
        let mut seen = Seen::default();
        let sources = (&self.0.log, &self.0.vault);
        for id in &needs.households {
            let (loaded, _) = self.load_household(*id, fresh).await?;
            seen.households.push((*id, loaded.sequence));
            seen.others.households.insert(*id, loaded.state.clone());
        }
        for id in &needs.agencies {
            let (loaded, _) = load(sources, &self.0.agencies, &id.to_string(), Values::Sealed, fresh).await?;
            seen.agencies.push((*id, loaded.sequence));
            seen.others.agencies.insert(*id, loaded.state.clone());
        }
        for id in &needs.models {
            let (loaded, _) = load(sources, &self.0.models, &id.to_string(), Values::Sealed, fresh).await?;
            seen.models.push((*id, loaded.sequence));
            seen.others.models.insert(*id, loaded.state.clone());
        }
        for id in &needs.staff {
            // Staff are not named in the append, so they are read as they are now.
            let (loaded, _) = load(sources, &self.0.staff, &id.to_string(), Values::Sealed, true).await?;
            seen.others.staff.insert(*id, loaded.state.clone());
        }
        Ok(seen)
    }

    pub(super) async fn agency(
        &self,
        submission: &Submission,
        id: AgencyId,
        command: &AgencyCommand,
        fresh: bool,
    ) -> Result<Receipt, DeskError> {
        may(submission.caller.role, Action::ManageAgencies, Relation::InScope)?;
        self.simple(submission, (&*self.0.agencies, Vec::new()), fresh, |agency, asked| match command {
            AgencyCommand::Register(it) => it.decide(agency, id, asked),
            AgencyCommand::OfferService(it) => it.decide(agency, asked),
            AgencyCommand::ChangeService(it) => it.decide(agency, asked),
            AgencyCommand::PauseService(it) => it.decide(agency, asked),
            AgencyCommand::ResumeService(it) => it.decide(agency, asked),
            AgencyCommand::SetCapacity(it) => it.decide(agency, asked),
        })
        .await
    }

    /// Agencies that a command names are there.
    async fn registered(&self, agencies: Vec<AgencyId>) -> Result<(), DeskError> {
        let named = Needs { agencies, ..Needs::default() };
        for agency in self.see(&named, true).await?.others.agencies.values() {
            agency.known()?;
        }
        Ok(())
    }

    pub(super) async fn model(
        &self,
        submission: &Submission,
        _id: ModelId,
        command: &ModelCommand,
        fresh: bool,
    ) -> Result<Receipt, DeskError> {
        may(submission.caller.role, Action::ManageModels, Relation::InScope)?;
        self.registered(command.agencies()).await?;
        self.simple(submission, (&*self.0.models, Vec::new()), fresh, |model, asked| match command {
            ModelCommand::Draft(it) => it.decide(model, asked),
            ModelCommand::Approve(it) => it.decide(model, asked),
            ModelCommand::OpenApproved(it) => it.decide(model, asked),
            ModelCommand::Open(it) => it.decide(model, asked),
            ModelCommand::SetPlaces(it) => it.decide(model, asked),
            ModelCommand::JoinPartner(it) => it.decide(model, asked),
            ModelCommand::RemovePartner(it) => it.decide(model, asked),
            ModelCommand::StartCycle(it) => it.decide(model, asked),
            ModelCommand::SharePayment(it) => it.decide(model, asked),
            ModelCommand::EndCycle(it) => it.decide(model, asked),
            ModelCommand::Review(it) => it.decide(model, asked),
            ModelCommand::Scale(it) => it.decide(model, asked),
            ModelCommand::Close(it) => it.decide(model, asked),
        })
        .await
    }

    pub(super) async fn staff_member(
        &self,
        submission: &Submission,
        id: StaffId,
        command: &StaffCommand,
        fresh: bool,
    ) -> Result<Receipt, DeskError> {
        may(submission.caller.role, Action::ManageStaff, Relation::InScope)?;
        self.registered(command.agency().into_iter().collect()).await?;
        // Two who take each other's administration at the same moment would leave none: so the asker's own stream is
        // named, and the second of them is judged again.
        let asker = submission.caller.staff;
        let mut reads = Vec::new();
        let mut own = None;
        if command.may_take_away() && asker != id {
            let (loaded, _) = self.staff_now(asker).await?;
            let stream = StreamId::new(STAFF, asker.to_string());
            reads.push(StreamRead { stream, expected: loaded.sequence });
            if !loaded.state.may_act_as(submission.caller.role.as_str(), self.today()) {
                return Err(Denied::Role.into());
            }
            own = Some(loaded);
        }
        // Who stands in for an administrator may take newcomers on: whoever she stands in for is left, and is named too.
        if let (Some(asking), StaffCommand::GrantRole(_)) = (&own, command)
            && !asking.state.administers_for_good()
            && self.staff_now(id).await?.0.state.is_new()
            && let Some((first, loaded)) = self.stood_in_for(asker, id).await?
        {
            let stream = StreamId::new(STAFF, first.to_string());
            reads.push(StreamRead { stream, expected: loaded.sequence });
            own = Some(loaded);
        }
        let receipt = self
            .simple(submission, (&*self.0.staff, reads), fresh, |staff, asked| {
                let of = Of { id, asker: own.as_ref().map_or(staff, |own| &own.state) };
                match command {
                    StaffCommand::Join(it) => it.decide(staff, id, asked),
                    StaffCommand::GrantRole(it) => it.decide(staff, of, asked),
                    StaffCommand::RevokeRole(it) => it.decide(staff, of, asked),
                    StaffCommand::Leave(it) => it.decide(staff, of, asked),
                }
            })
            .await?;
        self.0.looked.forget(id);
        Ok(receipt)
    }

    pub(super) async fn policy(&self, submission: &Submission, publish: &Publish) -> Result<Receipt, DeskError> {
        may(submission.caller.role, Action::ManagePolicies, Relation::InScope)?;
        let uncached = Cache::bounded(Bound::states(1));
        let receipt =
            self.simple(submission, (&uncached, Vec::new()), true, |book, asked| publish.decide(book, asked)).await?;
        self.0.policies.forget(&publish.province);
        Ok(receipt)
    }

    pub(super) async fn withdrawal(&self, submission: &Submission, withdraw: &Withdraw) -> Result<Receipt, DeskError> {
        may(submission.caller.role, Action::ManagePolicies, Relation::InScope)?;
        let uncached = Cache::bounded(Bound::states(1));
        let receipt =
            self.simple(submission, (&uncached, Vec::new()), true, |book, asked| withdraw.decide(book, asked)).await?;
        self.0.policies.forget(&withdraw.province);
        Ok(receipt)
    }

    /// A command that concerns one stream and no policy. `reads` are streams it rests on and leaves alone.
    async fn simple<S, E>(
        &self,
        submission: &Submission,
        (cache, reads): (&Cache<S>, Vec<StreamRead>),
        fresh: bool,
        decide: impl Fn(&S, &Asked<'_>) -> Result<Vec<E>, Refusal>,
    ) -> Result<Receipt, DeskError>
    where
        S: Aggregate<Event = E> + Clone,
        E: DomainEvent,
    {
        let target = submission.order.target();
        let book = crate::rules::policy::PolicyBook::default();
        let asked = Asked {
            now: self.now(),
            actor: submission.caller.staff,
            command: submission.command,
            target: target.aggregate_id.parse().unwrap_or_default(),
            policies: &book,
        };
        let judge = |loaded: &Loaded<S>| match submission.seen {
            Some(seen) if seen != loaded.sequence => Err(DeskError::Stale { seen, current: loaded.sequence }),
            _ => decide(&loaded.state, &asked).map_err(DeskError::from),
        };
        let sources = (&self.0.log, &self.0.vault);
        let (mut loaded, cached) = load(sources, cache, &target.aggregate_id, Values::Sealed, fresh).await?;
        let mut decided = judge(&loaded);
        let doubtful = match &decided {
            Ok(events) => events.is_empty(),
            Err(error) => error.is_judgement(),
        };
        if cached && doubtful {
            loaded = load(sources, cache, &target.aggregate_id, Values::Sealed, true).await?.0;
            decided = judge(&loaded);
        }
        let events = decided?;
        let names = events.iter().map(DomainEvent::event_type).collect();
        let facts = Facts::of(target.clone(), loaded.sequence, &events);
        let appended = self.append(submission, vec![facts], reads, Vec::new(), None).await?;
        cache.forget(&target.aggregate_id);
        Ok(Receipt::new(target.aggregate_id, &appended, names))
    }

    /// The province whose policies hold for a place.
    pub fn province_of(area: AreaCode) -> String {
        area.province().to_string()
    }

    /// Today in Thailand, by the log's clock.
    pub fn today(&self) -> chrono::NaiveDate {
        day_of(self.now())
    }

    /// The stream of a household, for those who read histories.
    pub fn stream_of(id: events::id::HouseholdId) -> StreamId {
        StreamId::new(events::facts::household::HOUSEHOLD, id.to_string())
    }
}
