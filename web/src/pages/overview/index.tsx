import { InWork } from '../in-work';

export default function OverviewPage() {
  return <InWork title="Overview" />;
}
