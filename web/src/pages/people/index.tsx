import { InWork } from '../in-work';

export default function PeoplePage() {
  return <InWork title="People" />;
}
