-- The few events that say that keys were destroyed: whoever opens a vault looks whether it knows of all of them. The one
-- event that the log knows by name, because to look for it in a whole log at every start would take minutes.
CREATE INDEX events_erased ON events (position) WHERE event_type = 'PersonalDataErased';
