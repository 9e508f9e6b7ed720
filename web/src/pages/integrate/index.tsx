import { InWork } from '../in-work';

export default function IntegratePage() {
  return <InWork title="Integrate" />;
}
