# Lifecycle rules of the buckets. No rule expires snapshots, because a rule knows only the age: it would also remove
# the only snapshot of a symbol that is quiet for long. The matcher removes old ones itself
# (src/adapters/aws/s3-old-snapshots.ts). A removed snapshot is a noncurrent version, which is deleted after a day.

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  dynamic "rule" {
    for_each = toset(["orders/", "trades/", local.prefixes.raw])

    content {
      id     = "archive-${trimsuffix(rule.value, "/")}"
      status = "Enabled"
      filter {
        prefix = rule.value
      }
      transition {
        days          = 30
        storage_class = "STANDARD_IA"
      }
      transition {
        days          = var.lake_archive_days
        storage_class = "GLACIER_IR" # Athena can read this class
      }
    }
  }

  dynamic "rule" {
    for_each = { (local.prefixes.athena_results) = 7, (local.prefixes.errors) = 90, (local.prefixes.dead_letters) = 365 }

    content {
      id     = "expire-${trimsuffix(rule.key, "/")}"
      status = "Enabled"
      filter {
        prefix = rule.key
      }
      expiration {
        days = rule.value
      }
    }
  }

  rule {
    id     = "removed-snapshots"
    status = "Enabled"
    filter {
      prefix = local.prefixes.snapshots
    }
    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  rule {
    id     = "sweep"
    status = "Enabled"
    filter {}
    expiration {
      expired_object_delete_marker = true
    }
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.kept]
}

# No rule expires present files of the screen: a rule knows their age, not whether the page still needs them.
resource "aws_s3_bucket_lifecycle_configuration" "screen" {
  count = local.screen_count

  bucket = aws_s3_bucket.screen[0].id

  rule {
    id     = "sweep"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.kept]
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    id     = "expire"
    status = "Enabled"
    filter {}
    expiration {
      days = var.log_retention_days
    }
    noncurrent_version_expiration {
      noncurrent_days = 1
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }

  depends_on = [aws_s3_bucket_versioning.kept]
}
