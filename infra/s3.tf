# The data lake: Parquet under orders/ and trades/, the original lines under raw/, snapshots of the books,
# dead letters, Athena's results. A second bucket contains the access logs of the others. A third has the files of the
# trading screen, if there is one (cloudfront.tf).

resource "aws_s3_bucket" "lake" {
  bucket        = local.lake_bucket
  force_destroy = !var.protect_data
}

resource "aws_s3_bucket" "logs" {
  bucket        = local.logs_bucket
  force_destroy = !var.protect_data
}

resource "aws_s3_bucket" "screen" {
  count = local.screen_count

  bucket        = local.screen_bucket
  force_destroy = true # its files come from a build
}

locals {
  buckets = merge(
    { lake = aws_s3_bucket.lake, logs = aws_s3_bucket.logs },
    { for bucket in aws_s3_bucket.screen : "screen" => bucket },
  )
  bucket_names = merge(
    { lake = local.lake_bucket, logs = local.logs_bucket },
    var.screen ? { screen = local.screen_bucket } : {},
  )
}

resource "aws_s3_bucket_public_access_block" "closed" {
  for_each = local.buckets

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "owner" {
  for_each = local.buckets

  bucket = each.value.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "kept" {
  for_each = local.buckets

  bucket = each.value.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.exchange.arn
    }
  }
}

# S3 delivers access logs only to a bucket that is encrypted with S3's own key.
resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# Public files: CloudFront decrypts them without a permission for our key.
resource "aws_s3_bucket_server_side_encryption_configuration" "screen" {
  count = local.screen_count

  bucket = aws_s3_bucket.screen[0].id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_logging" "lake" {
  bucket        = aws_s3_bucket.lake.id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "lake/"

  depends_on = [aws_s3_bucket_policy.bucket]
}

# What CloudFront fetches. What it answers from its own cache is not in this log.
resource "aws_s3_bucket_logging" "screen" {
  count = local.screen_count

  bucket        = aws_s3_bucket.screen[0].id
  target_bucket = aws_s3_bucket.logs.id
  target_prefix = "screen/"

  depends_on = [aws_s3_bucket_policy.bucket]
}

resource "aws_s3_bucket_policy" "bucket" {
  for_each = local.buckets

  bucket = each.value.id
  policy = each.key == "screen" ? data.aws_iam_policy_document.screen_bucket[0].json : data.aws_iam_policy_document.bucket[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.closed]
}

data "aws_iam_policy_document" "bucket" {
  for_each = local.bucket_names

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["${local.arn}:s3:::${each.value}", "${local.arn}:s3:::${each.value}/*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  dynamic "statement" {
    for_each = each.key == "logs" ? setsubtract(keys(local.bucket_names), ["logs"]) : []

    content {
      sid       = "AccessLog${title(statement.value)}"
      actions   = ["s3:PutObject"]
      resources = ["${local.arn}:s3:::${each.value}/${statement.value}/*"]

      principals {
        type        = "Service"
        identifiers = ["logging.s3.amazonaws.com"]
      }
      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = ["${local.arn}:s3:::${local.bucket_names[statement.value]}"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account_id]
      }
    }
  }
}

# Apart from the others, so that a change of the distribution does not show theirs as changed.
data "aws_iam_policy_document" "screen_bucket" {
  count = local.screen_count

  source_policy_documents = [data.aws_iam_policy_document.bucket["screen"].json]

  statement {
    sid       = "CloudFront"
    actions   = ["s3:GetObject"]
    resources = ["${local.arn}:s3:::${local.screen_bucket}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudfront_distribution.screen[0].arn]
    }
  }
}

resource "aws_s3_bucket_notification" "dead_letters" {
  bucket = aws_s3_bucket.lake.id

  queue {
    queue_arn     = aws_sqs_queue.dead_letters.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = local.prefixes.dead_letters
  }

  depends_on = [aws_sqs_queue_policy.dead_letters]
}
