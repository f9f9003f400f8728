/** Marks the file as one of ours, so that another program's database is left alone. */
export const applicationId = 0x4c6f636b

/** The form of the tables below; a file with a greater one was written by a newer Lockstep. */
export const formatVersion = 1

/**
 * The present objects and the log of changes. `version` counts changes and never goes back; changes up to `forgotten` are
 * compacted away. `owned` tells which objects name an owner, for garbage collection.
 */
export const tables = `
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  version INTEGER NOT NULL,
  forgotten INTEGER NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 0, 0);
CREATE TABLE objects (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  uid TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL,
  ownership TEXT NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE owned (
  owner TEXT NOT NULL,
  uid TEXT NOT NULL,
  PRIMARY KEY (owner, uid)
) STRICT, WITHOUT ROWID;
CREATE TABLE changes (
  version INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  before TEXT,
  after TEXT
) STRICT;
`
