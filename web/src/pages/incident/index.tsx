import { InWork } from '../in-work';

export default function IncidentPage() {
  return <InWork title="Incident" />;
}
