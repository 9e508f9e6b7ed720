import { InWork } from '../in-work';

export default function LoginPage() {
  return <InWork title="Login" />;
}
