/** Names for the generated types that these pages work with. */

import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type Summary = Schemas['IncidentSummary'];
export type Incident = Schemas['Incident'];
export type Evidence = Schemas['Evidence'];
export type Lifecycle = Schemas['Lifecycle'];
export type Decision = Schemas['Decision'];
export type DecisionIn = Schemas['DecisionIn'];
export type Page = Schemas['IncidentPage'];
export type Task = Schemas['Task'];
export type Explained = Schemas['Explained'];
export type Measured = Schemas['Measured'];
export type Trace = Schemas['Trace'];
export type Box = Summary['box'];
