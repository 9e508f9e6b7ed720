import { InWork } from '../in-work';

export default function AccountPage() {
  return <InWork title="Account" />;
}
