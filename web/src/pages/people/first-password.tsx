/** A first password, shown once: it closes by its button only. */
import { Button, Flex, Modal, Typography } from 'antd';
import type { Schemas } from '~/api/client';
import { useWords } from '~/i18n/words';
import { Secret } from '~/parts/secret';
import { words } from './words';

export function FirstPassword({ given, onClose }: { given: Schemas['FirstPassword']; onClose: () => void }) {
  const say = useWords(words);
  return (
    <Modal
      open
      title={say('passwordOf', { name: given.user.name })}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {say('done')}
        </Button>
      }
    >
      <Flex vertical gap={12}>
        <Secret value={given.password} />
        <Typography.Text type="secondary">{say('passwordOnce')}</Typography.Text>
      </Flex>
    </Modal>
  );
}
