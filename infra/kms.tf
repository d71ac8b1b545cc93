# One key for everything that is stored: streams, tables, buckets, queues, logs, secret, cache.

resource "aws_kms_key" "exchange" {
  description             = "Bidding exchange: all data at rest"
  enable_key_rotation     = true
  deletion_window_in_days = var.protect_data ? 30 : 7
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "exchange" {
  name          = "alias/exchange"
  target_key_id = aws_kms_key.exchange.key_id
}

data "aws_iam_policy_document" "key" {
  # Without this statement nobody could manage the key. IAM policies restrict access further.
  statement {
    sid       = "Account"
    actions   = ["kms:*"]
    resources = ["*"] # in a key policy this means its own key

    principals {
      type        = "AWS"
      identifiers = ["${local.arn}:iam::${local.account_id}:root"]
    }
  }

  statement {
    sid       = "Logs"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${var.aws_region}.amazonaws.com"]
    }
    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["${local.arn}:logs:${local.here}:log-group:*"]
    }
  }

  # Alarms publish to an encrypted topic, and the bucket sends to an encrypted queue.
  statement {
    sid       = "Notices"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "s3.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}
