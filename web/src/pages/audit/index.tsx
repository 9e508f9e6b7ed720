import { InWork } from '../in-work';

export default function AuditPage() {
  return <InWork title="Audit" />;
}
