import { InWork } from '../in-work';

export default function QueuePage() {
  return <InWork title="Queue" />;
}
