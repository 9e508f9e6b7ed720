import { InWork } from '../in-work';

export default function KeysPage() {
  return <InWork title="Keys" />;
}
