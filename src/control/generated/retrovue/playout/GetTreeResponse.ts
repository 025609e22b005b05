// Original file: proto/retrovue/operations.proto

import type { TreeNode as _retrovue_playout_TreeNode, TreeNode__Output as _retrovue_playout_TreeNode__Output } from '../../retrovue/playout/TreeNode.js';

export interface GetTreeResponse {
  'success'?: (boolean);
  'error_message'?: (string);
  'root'?: (_retrovue_playout_TreeNode | null);
}

export interface GetTreeResponse__Output {
  'success': (boolean);
  'error_message': (string);
  'root': (_retrovue_playout_TreeNode__Output | null);
}
