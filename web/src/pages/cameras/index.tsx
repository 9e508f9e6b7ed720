import { InWork } from '../in-work';

export default function CamerasPage() {
  return <InWork title="Cameras" />;
}
