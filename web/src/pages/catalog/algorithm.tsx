import { InWork } from '../in-work';

export default function AlgorithmPage() {
  return <InWork title="Algorithm" />;
}
